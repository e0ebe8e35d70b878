// Asks the graph in the browser: one query at a time, in a worker that is ended when it takes too long.
import { file } from "./site.js";

const SECONDS = 20;
const files = () => Object.fromEntries(
  Object.entries({ engine: "/static/web/oxigraph.wasm.gz", data: "/data/graph.trig.gz", catalogue: "/data/questions.json" })
    .map(([name, path]) => [name, new URL(file(path), location.href).href]),
);

let worker = null;
let abandon = null;

/** Ends what runs; the next query starts a new worker. */
export function stop(message = "stopped") {
  worker?.terminate();
  worker = null;
  abandon?.(new Error(message));
}

/** Runs `task` ("query" or "answer") with what is given to it; `told` is called with what goes on. */
export function ask(task, given, told) {
  if (abandon) stop("another query was started");
  const isNew = worker === null;
  worker ??= new Worker(file("/static/web/worker.js"), { type: "module" });
  told(isNew ? "Fetching the graph and the query engine, once (about 2 MB) …" : "Running …");
  let timer = 0;
  return new Promise((resolve, reject) => {
    abandon = reject;
    worker.onerror = (event) => {
      event.preventDefault();
      stop("the query engine has failed; perhaps the answer is too large");
    };
    worker.onmessage = ({ data }) => {
      if (data.state === "running") {
        told("Running …");
        timer = setTimeout(() => stop(`the query ran for ${SECONDS} seconds and was stopped; ask for less`), SECONDS * 1000);
      } else if (data.state === "done") resolve(data.result);
      else {
        if (/unreachable|memory|recursion|stack/i.test(data.message)) stop("the query engine has failed; perhaps the answer is too large");
        reject(new Error(inWords(data.message)));
      }
    };
    worker.postMessage({ files: files(), task, given });
  }).finally(() => {
    clearTimeout(timer);
    abandon = null;
  });
}

/** What the engine says of a bad query, without the hundred signs that it would have taken. */
function inWords(message) {
  const place = message.match(/error at (\d+):(\d+): /);
  if (!place) return message;
  const sentence = message.match(/[A-Z][A-Za-z]* [A-Za-z ]{4,}/);
  return `the query is not valid SPARQL at line ${place[1]}${sentence ? `: ${sentence[0]}` : `, column ${place[2]}`}`;
}
