// Where this page's site lives, and where its pages and files are.
const root = document.documentElement;
const base = root.dataset.base;

export const isStatic = root.dataset.static === "true";
const OURS = "https://w3id.org/atopic-kg/";

/** The address of a page of this site; on a file server a page is a folder. */
export function page(path) {
  const inFolder = isStatic && !path.endsWith("/") && !path.split("/").pop().includes(".");
  return base + path + (inFolder ? "/" : "");
}

/** The address of a file of this site. */
export const file = (path) => base + path;

/** The page about an IRI: ours here, others where they say; null when there is none. */
export function pageAbout(iri) {
  if (!iri.startsWith(OURS)) return /^https?:/.test(iri) ? iri : null;
  const [path, fragment] = iri.slice(OURS.length - 1).split("#");
  if (fragment) return `${page(path)}#${fragment}`;
  return isStatic && /^\/(evidence|graph|build)\b/.test(path) ? null : page(path);
}

export async function json(path) {
  const response = await fetch(file(path));
  if (!response.ok) throw new Error(`${file(path)} cannot be read (${response.status})`);
  return response.json();
}

/** Makes an element: its tag, its properties, and what stands in it. */
export function element(tag, properties = {}, ...inside) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...inside);
  return made;
}
