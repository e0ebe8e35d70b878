// A question's form on a site of plain files: its rows come from the engine in the browser, as they would from a server.
import { ask } from "./engine.js";
import { problem, showRows, status } from "./rows.js";
import { isStatic, json } from "./site.js";

const form = document.getElementById("question");

async function answer() {
  const place = document.getElementById("rows");
  const values = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value));
  const query = new URLSearchParams(values).toString();
  history.replaceState(null, "", query ? `?${query}` : location.pathname);
  try {
    const { prefixes } = await json("/data/questions.json");
    const found = await ask("answer", [form.dataset.question, values], (text) => status(place, text));
    document.getElementById("sparql").firstElementChild.textContent = found.query;
    showRows(place, found, { prefixes, caption: document.querySelector("h1").textContent, name: form.dataset.question, named: true });
  } catch (error) {
    problem(place, error.message);
  }
}

if (form && isStatic) {
  document.getElementById("rows").setAttribute("aria-live", "polite");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    answer();
  });
  const asked = [...new URLSearchParams(location.search)].filter(([name, value]) => form.elements[name] && value.trim());
  for (const [name, value] of asked) {
    const field = form.elements[name];
    if (field.tagName === "SELECT" && ![...field.options].some((option) => option.value === value)) field.add(new Option(value));
    field.value = value;
  }
  if (asked.length) answer();
}
