// Copy buttons, and the comparison of drugs where no server answers. Without it every page still reads.
const root = document.documentElement;

for (const button of document.querySelectorAll("button.copy")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
}

// What a link points to inside a closed <details> is opened.
const reveal = () => {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let node = target; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
};
addEventListener("hashchange", reveal);
reveal();
addEventListener("beforeprint", () => { for (const details of document.querySelectorAll(".steps details, .fold, .dispute")) details.open = true; });

// A long table gets a box that leaves only the rows with the words typed into it.
const LONG = 25;
for (const table of document.querySelectorAll(".wide > table")) {
  const rows = [...table.querySelectorAll("tbody tr:not(.group)")];
  if (rows.length < LONG) continue;
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const box = document.createElement("div");
  box.className = "filter";
  const label = document.createElement("label");
  label.textContent = "Only rows with ";
  const input = document.createElement("input");
  input.type = "search";
  const told = document.createElement("output");
  label.append(input);
  box.append(label, told);
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    rows.forEach((row, i) => { row.hidden = !words.every((word) => texts[i].includes(word)); });
    for (const body of table.tBodies) {
      const group = body.querySelector("tr.group");
      if (group) group.hidden = ![...body.rows].some((row) => row !== group && !row.hidden);
    }
    told.textContent = words.length ? `${rows.filter((row) => !row.hidden).length} of ${rows.length}` : "";
  });
  table.closest(".wide").before(box);
}

const form = document.getElementById("compare");
if (form && root.dataset.static === "true") {
  const pages = new Map([...form.querySelectorAll("#known option")].map((o) => [o.value.toLowerCase(), o.dataset.page]));
  const asked = new URLSearchParams(location.search);
  const slug = (page) => page.replace(/\/$/, "").split("/").pop();
  const pageOf = (name) => pages.get(name.toLowerCase()) ?? [...pages.values()].find((page) => slug(page) === name);
  const names = ["a", "b", "c", "d"].map((key) => (asked.get(key) ?? "").trim());
  names.forEach((name, i) => { form.elements["abcd"[i]].value = name; });
  const found = names.filter((name) => name && pageOf(name));
  const place = document.getElementById("compared");
  if (found.length) {
    const sheets = await Promise.all(found.map(async (name) => {
      const text = await (await fetch(pageOf(name))).text();
      return new DOMParser().parseFromString(text, "text/html");
    }));
    const table = document.createElement("table");
    table.className = "compare";
    table.createCaption().textContent = "Side by side";
    const cell = (row, tag, scope) => {
      const made = document.createElement(tag);
      if (scope) made.scope = scope;
      return row.appendChild(made);
    };
    const head = table.createTHead().insertRow();
    cell(head, "td");
    sheets.forEach((sheet, i) => {
      const link = document.createElement("a");
      link.href = pageOf(found[i]);
      link.textContent = sheet.querySelector("h1").textContent;
      cell(head, "th", "col").append(link);
    });
    const body = table.createTBody();
    for (const fact of sheets[0].querySelectorAll("[data-fact]")) {
      const row = body.insertRow();
      cell(row, "th", "row").textContent = fact.querySelector("dt").textContent;
      for (const sheet of sheets) {
        const said = sheet.querySelector(`[data-fact="${fact.dataset.fact}"] dd`);
        cell(row, "td").append(...[...(said?.childNodes ?? [])].map((node) => document.importNode(node, true)));
      }
    }
    const wide = document.createElement("div");
    wide.className = "wide";
    wide.tabIndex = 0;
    wide.append(table);
    place.replaceChildren(wide);
  }
  const unknown = names.filter((name) => name && !pageOf(name));
  if (unknown.length) {
    const said = document.createElement("p");
    said.className = "problem";
    said.setAttribute("role", "alert");
    said.textContent = `No drug here is called ${unknown.join(", ")}.`;
    place.prepend(said);
  }
}
