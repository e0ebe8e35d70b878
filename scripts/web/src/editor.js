// The SPARQL editor: YASQE in place of the plain field; queries go to the server, or to the engine in the browser.
import Yasqe from "@zazuko/yasqe";
import "@zazuko/yasqe/build/yasqe.min.css";
import "./editor.css";
import { hints } from "./complete.js";
import { ask, stop } from "./engine.js";
import { download, problem, showRows, status } from "./rows.js";
import { element, file, isStatic } from "./site.js";

const KINDS = "application/sparql-results+json, text/turtle;q=0.9";
const LONGEST = 4000;

const form = document.getElementById("query-form");
const field = document.getElementById("query");
const place = document.getElementById("results");
const read = (id) => JSON.parse(document.getElementById(id).textContent);
const prefixes = read("prefixes");
const examples = new Map(read("examples").map((example) => [example.name, example.query]));

let request = null;

/** Sends a query to the server that gave this page. */
async function askServer(query) {
  request = new AbortController();
  status(place, "Running …");
  const body = new URLSearchParams({ query });
  const response = await fetch(file("/sparql"), { method: "POST", body, headers: { Accept: KINDS }, signal: request.signal });
  const text = await response.text();
  if (!response.ok) throw new Error(text.trim() || `the server answers ${response.status}`);
  if (!response.headers.get("content-type").includes("json")) return { kind: "triples", text };
  const found = JSON.parse(text);
  if ("boolean" in found) return { kind: "boolean", value: found.boolean };
  return { kind: "rows", columns: found.head.vars ?? [], rows: found.results.bindings };
}

function show(found) {
  if (found.kind === "rows") showRows(place, found, { prefixes, caption: "Result", name: "result" });
  else if (found.kind === "boolean") status(place, found.value ? "Yes (true)" : "No (false)");
  else {
    const text = element("pre", { tabIndex: 0, textContent: found.text || "# no triples" });
    place.replaceChildren(element("p", {}, "Triples as Turtle · ", download("result.ttl", "text/turtle", () => found.text, "download")), text);
  }
}

function start() {
  const box = document.getElementById("editor");
  // A fragment keeps the query: `?query=` would ask the endpoint, which lives at the same address as this page.
  const asked = new URLSearchParams(location.search || location.hash.slice(1));
  const value = asked.get("query") || examples.get(asked.get("example")) || field.value;
  const run = () => form.requestSubmit();
  const complete = (editor) => editor.showHint({ hint: (each) => hints(each, prefixes), completeSingle: false, container: form });
  const editor = new Yasqe(box, {
    value,
    autocompleters: [],
    createShareableLink: null,
    consumeShareLink: null,
    persistenceId: null,
    showQueryButton: false,
    resizeable: false,
    editorHeight: "24rem",
    lineWrapping: true,
    screenReaderLabel: "Query",
    // Tab leaves the field: whoever has no mouse must be able to go on.
    extraKeys: { Tab: false, "Shift-Tab": false, "Ctrl-Enter": run, "Cmd-Enter": run, "Ctrl-Space": complete, "Ctrl-/": (each) => each.commentLines(), "Shift-Ctrl-F": (each) => each.autoformat() },
  });
  const inner = editor.getInputField();
  inner.id = "query-editor";
  box.querySelector("label").htmlFor = inner.id;
  field.hidden = true;
  editor.on("change", () => { field.value = editor.getValue(); });
  editor.on("inputRead", (each, change) => {
    if (/[\w:]/.test(change.text.at(-1)) && !/(^| )string( |$)|comment/.test(each.getTokenTypeAt(each.getDoc().getCursor()) ?? "")) complete(each);
  });
  field.value = value;
  return editor;
}

const editor = start();
const button = form.querySelector("button[type=submit]");
const halt = element("button", { type: "button", className: "quiet", textContent: "Stop", hidden: true });
halt.onclick = () => (isStatic ? stop() : request?.abort());
button.after(" ", halt);
button.after(element("span", { className: "note", textContent: " Ctrl-Enter runs, Ctrl-Space completes." }));
form.elements.format.closest("label").hidden = true;

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const query = editor.getValue();
  history.replaceState(null, "", query.length < LONGEST ? `${location.pathname}#${new URLSearchParams({ query })}` : location.pathname);
  halt.hidden = false;
  try {
    show(await (isStatic ? ask("query", [query], (text) => status(place, text)) : askServer(query)));
  } catch (error) {
    problem(place, error.name === "AbortError" ? "stopped" : error.message);
  } finally {
    halt.hidden = true;
  }
});

for (const link of document.querySelectorAll("[data-example]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    editor.setValue(examples.get(link.dataset.example));
    form.scrollIntoView({ block: "start" });
    editor.focus();
  });
}
