// For tests: does in Node what the worker does in a browser, with the same engine and the same files.
// Reads from standard input a list of tasks, `[task, ...given]`, and writes for each its result, or what it was refused with.
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import * as ox from "oxigraph/web.js";
import { openGraph } from "./graph.js";

const [engine, data, catalogue] = process.argv.slice(2).map((path) => readFileSync(path));
ox.initSync({ module: gunzipSync(engine) });
const graph = openGraph(ox, gunzipSync(data).toString(), JSON.parse(catalogue));

const results = JSON.parse(readFileSync(0)).map(([task, ...given]) => {
  try {
    return { result: graph[task](...given) };
  } catch (error) {
    return { refused: error.message };
  }
});
process.stdout.write(JSON.stringify(results));
