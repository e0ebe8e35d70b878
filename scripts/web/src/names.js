// Finds the thing that a name, brand, code or IRI means, by the same keys and the same rules as the command line.
const RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const SKOS = "http://www.w3.org/2004/02/skos/core#";
const BASE = "https://w3id.org/atopic-kg/";
const ATOPIC = `${BASE}ontology#`;
const INTEGER = /^[+-]?[0-9]{1,18}$/;
const LEAST = 3;
const SUGGESTED = 8;

/** The form in which names are looked up: case folded, runs of space, `-` and `_` as one space. */
export const normalise = (name) => name.toUpperCase().toLowerCase().split(/[\s_-]+/).filter(Boolean).join(" ");

export function compact(iri, prefixes) {
  let best = "";
  let name = iri;
  for (const [prefix, space] of Object.entries(prefixes)) {
    const local = iri.slice(space.length);
    if (space.length > best.length && iri.startsWith(space) && local && !/[/#]/.test(local)) [best, name] = [space, `${prefix}:${local}`];
  }
  return name;
}

function expand(name, prefixes) {
  const iri = name.replace(/^<(.*)>$/, "$1");
  if (/^https?:\/\//.test(iri)) return iri;
  const colon = iri.indexOf(":");
  const [prefix, local] = [iri.slice(0, colon), iri.slice(colon + 1)];
  return colon > 0 && local && Object.hasOwn(prefixes, prefix) ? prefixes[prefix] + local : null;
}

/** A code with its terminology's prefix as the registry spells it: `RXCUI:3008` is `rxnorm:3008`. */
function code(name, { prefixes, aliases }) {
  const [, prefix, colon, local] = name.trim().match(/^([^:]*)(:?)(.*)$/s);
  const folded = aliases[prefix.toLowerCase()] ?? prefix.toLowerCase();
  const spelt = Object.keys(prefixes).find((known) => known.toLowerCase() === folded) ?? prefix;
  return spelt + colon + local.trim();
}

const words = (type) => type.replaceAll("-", " ");
const classOf = (type) => ATOPIC + type.split("-").map((word) => word[0].toUpperCase() + word.slice(1)).join("");

/** Returns `{resolve, term}` for an opened store. */
export function names(ox, store, catalogue) {
  const { prefixes } = catalogue;
  const node = ox.namedNode;
  const iris = (terms) => terms.filter((term) => term.termType === "NamedNode").map((term) => term.value);
  const objects = (iri, link) => iris(store.match(node(iri), node(link), null, ox.defaultGraph()).map((quad) => quad.object));
  const subjects = (link, iri) => iris(store.match(null, node(link), node(iri), ox.defaultGraph()).map((quad) => quad.subject));
  const withKey = (name) =>
    iris(store.match(null, node(`${BASE}build#key`), ox.literal(normalise(name)), node(`${BASE}graph/keys`)).map((quad) => quad.subject));

  function named(name) {
    const found = withKey(name);
    const iri = found.length ? null : expand(name, prefixes);
    if (iri === null) return found;
    const coded = iri.startsWith(BASE) ? [] : withKey(compact(iri, prefixes));
    return coded.length ? coded : [iri];
  }

  /** The nearest of a drug and the bases that it is a form of which treats a disease; the drug if none does. */
  function treating(drug) {
    const line = [drug];
    for (const form of line) {
      if (objects(form, `${ATOPIC}treats`).length) return form;
      line.push(...objects(form, `${ATOPIC}formOf`).filter((base) => !line.includes(base)));
    }
    return drug;
  }

  function ofType(iri, type) {
    const isOne = objects(iri, RDF_TYPE).includes(classOf(type)) || objects(iri, `${SKOS}inScheme`).includes(`${ATOPIC}${type}-list`);
    if (isOne) return [iri];
    if (type !== "drug") return [];
    return [...objects(iri, `${ATOPIC}containsDrug`), ...subjects(`${ATOPIC}hasFormulation`, iri)].map(treating);
  }

  function near(name, type) {
    const wanted = normalise(name);
    const label = (iri) => store.match(node(iri), node(`${SKOS}prefLabel`), null, ox.defaultGraph())[0]?.object.value;
    const things = [...subjects(RDF_TYPE, classOf(type)), ...subjects(`${SKOS}inScheme`, `${ATOPIC}${type}-list`)];
    const known = [...new Set(things.map(label).filter(Boolean))].sort();
    const close = known.filter((each) => wanted.length >= LEAST && normalise(each).includes(wanted.slice(0, Math.max(LEAST, wanted.length - 2))));
    const shown = close.slice(0, SUGGESTED);
    return shown.length ? `did you mean ${shown.join(", ")}?` : `known are ${known.slice(0, SUGGESTED).join(", ")}${known.length > SUGGESTED ? " …" : ""}`;
  }

  function resolve(name, type) {
    const found = [...new Set(named(name).flatMap((iri) => ofType(iri, type)))];
    if (found.length === 1) return found[0];
    if (found.length) throw new Error(`“${name}” is ambiguous: it may be ${found.map((iri) => compact(iri, prefixes)).sort().join(", ")}; say which`);
    throw new Error(`no ${words(type)} is called “${name}”; ${near(name, type)}`);
  }

  /** A parameter's value as a term that SPARQL can read. */
  function term(param, value) {
    if (param.type === "integer") {
      if (!INTEGER.test(value)) throw new Error(`${words(param.option)} takes a whole number, as ${param.example}, not “${value}”`);
      return ox.literal(String(BigInt(value.replace(/^\+/, ""))), node("http://www.w3.org/2001/XMLSchema#integer")).toString();
    }
    if (param.type === "code") return ox.literal(code(value, catalogue)).toString();
    if (param.type === "name") return ox.literal(value.toLowerCase()).toString();
    return node(resolve(value, param.type)).toString();
  }

  return { resolve, term };
}
