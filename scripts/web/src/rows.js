// Shows the rows of an answer as a table, as the pages do, and gives them as a CSV file.
import { compact } from "./names.js";
import { element, pageAbout } from "./site.js";

const SHOWN = 200;

/** `named`: a column `x` is left out where there is a column `x_name`, and is where the name leads. */
export function showRows(place, { columns, rows }, { prefixes, caption, name, named = false }) {
  const kept = columns.filter((column) => !(named && columns.includes(`${column}_name`)));
  const sourceOf = (column) => (named && column.endsWith("_name") && columns.includes(column.slice(0, -5)) ? column.slice(0, -5) : column);
  const heading = (column) => (named ? column.replace(/_name$/, "").replaceAll("_", " ") : column);
  const isNumber = (column) => rows.some((row) => row[column]) && rows.every((row) => !row[column] || /^-?\d+(\.\d+)?$/.test(row[column].value));
  const numbers = new Set(kept.filter(isNumber));

  const line = (row) => element("tr", {}, ...kept.map((column, at) => {
    const cell = at ? element("td", { className: numbers.has(column) ? "number" : "" }) : element("th", { scope: "row" });
    if (at) cell.dataset.label = heading(column);
    cell.append(shown(row[column], row[sourceOf(column)], prefixes));
    return cell;
  }));

  const body = element("tbody", {}, ...rows.slice(0, SHOWN).map(line));
  const head = element("tr", {}, ...kept.map((column) => element("th", { scope: "col", textContent: heading(column), className: numbers.has(column) ? "number" : "" })));
  const table = element("table", { className: "raw" }, element("caption", { className: "hidden", textContent: caption }), element("thead", {}, head), body);
  const region = element("div", { className: "wide", tabIndex: 0 }, table);
  region.setAttribute("role", "region");
  region.setAttribute("aria-label", caption);

  const count = element("span", { textContent: said(rows.length, SHOWN) });
  const line1 = element("p", {}, count, " · ", download(`${name}.csv`, "text/csv", () => csv(columns, rows), "CSV"));
  if (rows.length > SHOWN) {
    const all = element("button", { type: "button", className: "quiet", textContent: "Show all" });
    all.onclick = () => {
      body.append(...rows.slice(SHOWN).map(line));
      count.textContent = said(rows.length, rows.length);
      all.remove();
    };
    line1.append(" · ", all);
  }
  place.replaceChildren(line1, ...(rows.length ? [region] : []));
}

function said(count, most) {
  const all = count.toLocaleString("en");
  return count > most ? `The first ${most} of ${all} rows` : `${all} ${count === 1 ? "row" : "rows"}`;
}

function shown(term, about, prefixes) {
  if (!term) return "";
  const text = term.type === "uri" ? compact(term.value, prefixes) : term.type === "triple" ? JSON.stringify(term.value) : term.value;
  const to = about?.type === "uri" ? pageAbout(about.value) : null;
  return to ? element("a", { href: to, textContent: text }) : text;
}

/** A link that gives a file made when it is asked for. */
export function download(name, type, make, label) {
  const link = element("a", { href: "#", download: name, textContent: label });
  link.onclick = () => {
    if (link.href.startsWith("blob:")) return;
    link.href = URL.createObjectURL(new Blob([make()], { type }));
  };
  return link;
}

function csv(columns, rows) {
  const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const value = (term) => (!term ? "" : term.type === "bnode" ? `_:${term.value}` : String(term.value));
  return [columns, ...rows.map((row) => columns.map((column) => value(row[column])))].map((line) => `${line.map(quoted).join(",")}\r\n`).join("");
}

/** Says what goes on, or what went wrong. */
export function status(place, text) {
  place.replaceChildren(element("p", { className: "note", textContent: text }));
}

export function problem(place, text) {
  const said = element("p", { className: "problem", textContent: `${text[0].toUpperCase()}${text.slice(1)}.` });
  said.setAttribute("role", "alert");
  place.replaceChildren(said);
}
