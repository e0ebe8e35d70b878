// The graph and its questions on Oxigraph, the same in a browser's worker and in Node; `ox` is the engine's module.
import { names } from "./names.js";
import { kindOf, withPrefixes } from "./syntax.js";

const SEPARATOR = "; ";
const DEEPEST = 500; // the engine's stack ends not far above

/** Opens the graph; all its parts together are the default graph, as in the store of the command line. */
export function openGraph(ox, text, catalogue) {
  const store = new ox.Store();
  store.load(text, { format: "application/trig", no_transaction: true });
  for (const part of catalogue.parts) store.update(`ADD <${part}> TO DEFAULT`);
  const { resolve, term } = names(ox, store, catalogue);

  function answer(name, values) {
    const question = catalogue.questions[name];
    const given = question.params.filter((param) => (values[param.option] ?? "").trim());
    const filters = Object.fromEntries(
      given.map((param) => {
        const value = term(param, values[param.option].trim());
        return [param.variable, `  FILTER(?${param.variable} = ${value})\n`];
      }),
    );
    const bound = ([piece, variables]) => piece + variables.map((variable) => filters[variable] ?? "").join("");
    const query = question.text.map(bound).join("");
    const found = JSON.parse(store.query(query, { results_format: "json" }));
    for (const row of found.results.bindings) for (const column of question.lists) sortList(row, column);
    return { kind: "rows", columns: Object.keys(question.columns), rows: found.results.bindings, query };
  }

  function query(text) {
    const kind = kindOf(text);
    if (!text.trim()) throw new Error("the query is empty");
    if (kind && !["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"].includes(kind)) {
      throw new Error("the graph is read-only: it answers SELECT, ASK, CONSTRUCT and DESCRIBE, and takes no update");
    }
    if (nesting(text) > DEEPEST) throw new Error(`the query nests its brackets more than ${DEEPEST} deep; write it flatter`);
    const whole = withPrefixes(text, catalogue.prefixes);
    if (kind === "CONSTRUCT" || kind === "DESCRIBE") {
      return { kind: "triples", text: store.query(whole, { results_format: "text/turtle", base_iri: catalogue.base }) };
    }
    const found = JSON.parse(store.query(whole, { results_format: "json", base_iri: catalogue.base }));
    if ("boolean" in found) return { kind: "boolean", value: found.boolean };
    return { kind: "rows", columns: found.head.vars, rows: found.results.bindings };
  }

  return { answer, query, resolve };
}

/** Engines join the values of a list in any order; here they stand as the command line gives them. */
function sortList(row, column) {
  const values = new Set((row[column]?.value ?? "").split(SEPARATOR).filter(Boolean));
  if (!values.size) {
    delete row[column];
    return;
  }
  const key = (text) => text.toUpperCase().toLowerCase();
  const before = (a, b) => (key(a) < key(b) || (key(a) === key(b) && a < b) ? -1 : 1);
  row[column] = { type: "literal", value: [...values].sort(before).join(SEPARATOR) };
}

function nesting(text) {
  let depth = 0;
  let deepest = 0;
  for (const sign of text.replace(/"(?:[^"\\]|\\.)*"|#[^\n]*|<[^<>\s]*>/g, "").match(/[{}()[\]]/g) ?? []) {
    depth += "{([".includes(sign) ? 1 : -1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}
