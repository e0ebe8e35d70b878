// Reads SPARQL just closely enough to add the prefixes that a query uses without declaring them.
const OPAQUE = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|<[^<>"{}|^`\\\s]*>|#[^\n]*/g;
const DECLARED = /\bPREFIX\s+([\w.-]*)\s*:/gi;
const PREFIXED = /(?<![\w?$:.-])([A-Za-z][\w.-]*):/g;
const KEYWORD = /\b(SELECT|ASK|CONSTRUCT|DESCRIBE|INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY|WITH)\b/i;

const bare = (text) => text.replace(OPAQUE, (match) => " ".repeat(match.length));
const names = (text, pattern) => [...text.matchAll(pattern)].map((match) => match[1]);

/** The prefixes that a query uses and does not declare. */
export function undeclared(text) {
  const declared = new Set(names(text, DECLARED));
  return [...new Set(names(bare(text), PREFIXED))].filter((name) => !declared.has(name)).sort();
}

/** The query with a declaration for each prefix that it lacks and that is known; on one line, so that errors name the right one. */
export function withPrefixes(text, prefixes) {
  const lacking = undeclared(text).filter((name) => Object.hasOwn(prefixes, name));
  return lacking.map((name) => `PREFIX ${name}: <${prefixes[name]}> `).join("") + text;
}

/** What kind of query a text is, in upper case; empty when it is none. */
export function kindOf(text) {
  return bare(text).replace(/\b(PREFIX\s+[\w.-]*\s*:|BASE)\s*/gi, "").match(KEYWORD)?.[1].toUpperCase() ?? "";
}
