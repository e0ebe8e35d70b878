// Completes our classes, properties and things in the editor; what is chosen gets its prefix declared.
import { normalise } from "./names.js";
import { json } from "./site.js";
import { undeclared } from "./syntax.js";

const LISTED = 40;
const KEYS = { classes: "class", properties: "property" };

let loading = null;

/** All that can be completed, as `{name, label, kind}`: `drug:tacrolimus`, “tacrolimus”, “drug”. */
const known = () => (loading ??= Promise.all([json("/data/vocabulary.json"), json("/data/search.json")]).then(([terms, index]) => {
  const words = Object.entries(KEYS).flatMap(([part, kind]) => terms[part].map(([name, label]) => ({ name, label, kind })));
  const things = index.things.map(([label, kind, path]) => ({ name: path.slice(1).replace("/", ":"), label, kind: index.kinds[kind] }));
  return [...words, ...things.filter(({ name }) => /^[a-z]+:[a-z0-9-]+$/.test(name))].map((each) => ({ ...each, folded: normalise(each.label) }));
}));

function rank({ name, folded }, typed, local, wanted) {
  const own = name.slice(name.indexOf(":") + 1).toLowerCase();
  if (name.toLowerCase().startsWith(typed)) return 0;
  if (typed.includes(":")) return name.startsWith(typed.slice(0, typed.indexOf(":") + 1)) && (own.includes(local) || folded.includes(wanted)) ? 1 : 9;
  return own.startsWith(local) || folded.startsWith(wanted) ? 1 : own.includes(local) || folded.includes(` ${wanted}`) ? 2 : 9;
}

export async function hints(editor, prefixes) {
  const cursor = editor.getDoc().getCursor();
  const before = editor.getDoc().getLine(cursor.line).slice(0, cursor.ch);
  const typed = before.match(/(?<![\w?$:<"'.-])[A-Za-z][\w-]*:?[\w.-]*$/)?.[0];
  if (!typed) return null;
  const local = typed.slice(typed.indexOf(":") + 1).toLowerCase();
  const found = (await known())
    .map((each) => ({ ...each, rank: rank(each, typed.toLowerCase(), local, normalise(local)) }))
    .filter((each) => each.rank < 9)
    .sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1))
    .slice(0, LISTED);
  if (!found.length || (found.length === 1 && found[0].name === typed)) return null;
  const list = found.map(({ name, label, kind }) => ({
    text: name,
    render: (item) => {
      item.textContent = `${name}  ${label === name ? "" : label} · ${kind}`;
      item.parentElement.setAttribute("aria-label", "Words that fit");
    },
    hint: (_, data) => {
      editor.getDoc().replaceRange(name, data.from, data.to);
      const lacking = undeclared(editor.getValue()).filter((prefix) => name.startsWith(`${prefix}:`) && prefixes[prefix]);
      if (lacking.length) editor.addPrefixes({ [lacking[0]]: prefixes[lacking[0]] });
    },
  }));
  return { list, from: { line: cursor.line, ch: cursor.ch - typed.length }, to: cursor };
}
