// Search as one types, by name, synonym, brand and code; and on a site of plain files, the search page itself.
import { normalise } from "./names.js";
import { element, isStatic, json, page } from "./site.js";

const LISTED = 8;
const MOST = 60;

let loading = null;
const entries = () => (loading ??= json("/data/search.json").then(({ kinds, things }) =>
  things.map(([name, kind, path, ...also]) => ({ name, kind: kinds[kind], path, forms: [name, ...also].map((form) => [form, normalise(form)]) }))));

function rank(wanted, form) {
  if (form === wanted || form.slice(form.indexOf(":") + 1) === wanted) return 0;
  if (form.startsWith(wanted)) return 1;
  return form.includes(` ${wanted}`) ? 2 : form.includes(wanted) ? 3 : 9;
}

/** What fits a text: exact names first, then beginnings, then the rest; `also` is the other name by which it was found. */
export function find(known, text) {
  const wanted = normalise(text.slice(0, 200));
  if (!wanted) return [];
  const ranked = known.map((entry) => {
    let [best, also] = [9, ""];
    entry.forms.forEach(([form, folded], at) => {
      const found = rank(wanted, folded);
      if (found < best) [best, also] = [found, at ? form : ""];
    });
    return { ...entry, best, also };
  });
  return ranked.filter((hit) => hit.best < 9).sort((a, b) => a.best - b.best);
}

const words = (hit) => [hit.name, " ", element("span", { className: "muted", textContent: hit.kind }), ...(hit.also ? [" ", element("span", { className: "also", textContent: hit.also })] : [])];

function attach(input, place) {
  const list = element("ul", { id: "hit-list", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Found");
  const live = element("p", { className: "hidden" });
  live.setAttribute("role", "status");
  place.append(list, live);
  const set = (name, value) => input.setAttribute(name, value);
  set("role", "combobox");
  set("aria-autocomplete", "list");
  set("aria-controls", list.id);
  set("aria-expanded", "false");
  let active = -1;

  const close = () => {
    list.hidden = true;
    active = -1;
    set("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const move = (to) => {
    const options = [...list.children];
    if (!options.length) return;
    active = (to + options.length + 1) % (options.length + 1);
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === active)));
    if (active === options.length) {
      active = -1;
      input.removeAttribute("aria-activedescendant");
    } else {
      set("aria-activedescendant", options[active].id);
      options[active].scrollIntoView({ block: "nearest" });
    }
  };
  const show = async () => {
    const text = input.value;
    const found = find(await entries(), text);
    if (text !== input.value || document.activeElement !== input) return;
    list.replaceChildren(...found.slice(0, LISTED).map((hit, at) => {
      const option = element("li", { id: `hit-${at}` }, ...words(hit));
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.to = page(hit.path);
      return option;
    }));
    active = -1;
    input.removeAttribute("aria-activedescendant");
    list.hidden = !found.length;
    set("aria-expanded", String(found.length > 0));
    live.textContent = text.trim() ? `${found.length} found` : "";
  };
  const tolerant = () => show().catch(close); // without the index, the form still searches

  input.addEventListener("focus", () => entries().catch(() => { loading = null; }));
  input.addEventListener("input", tolerant);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) close();
    else if (event.key === "ArrowDown" && list.hidden) tolerant().then(() => move(0));
    else if (event.key === "ArrowDown") move(active + 1);
    else if (event.key === "ArrowUp" && !list.hidden) move(active < 0 ? list.children.length - 1 : active - 1 < 0 ? list.children.length : active - 1);
    else if (event.key === "Enter" && active >= 0) location.assign(list.children[active].dataset.to);
    else return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the field
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[data-to]");
    if (option) location.assign(option.dataset.to);
  });
  input.addEventListener("blur", close);
}

/** A search page without a server: the hits for the address's `q`. */
async function searchPage() {
  const text = (new URLSearchParams(location.search).get("q") ?? "").trim();
  if (!text) return;
  document.getElementById("q").value = text;
  const found = find(await entries(), text);
  const main = document.getElementById("main");
  const count = `${found.length} ${found.length === 1 ? "thing has" : "things have"} “${text}” in a name, brand or code${found.length > MOST ? `; the first ${MOST}` : ""}.`;
  const list = element("ul", { className: "hits" }, ...found.slice(0, MOST).map((hit) => {
    const [name, ...rest] = words(hit);
    return element("li", {}, element("a", { href: page(hit.path), textContent: name }), ...rest);
  }));
  main.replaceChildren(element("h1", { textContent: `Search: ${text.slice(0, 60)}` }), element("p", { className: "lead", textContent: count }), list);
  document.title = `Search: ${text.slice(0, 60)} · Atopic KG`;
}

const input = document.getElementById("q");
const place = document.getElementById("hits");
if (input && place) attach(input, place);
if (isStatic && location.pathname === page("/search")) searchPage();
