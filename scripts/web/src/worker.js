// Runs queries beside the page: engine and graph are fetched for the first one, and who ends the worker ends the query.
import init, * as ox from "oxigraph/web.js";
import { openGraph } from "./graph.js";

let opening = null;

/** The content of a file, unpacked unless the server has said that it is packed and the browser has done it. */
async function bytes(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} cannot be fetched (${response.status})`);
  const content = await response.arrayBuffer();
  const [first, second] = new Uint8Array(content, 0, Math.min(2, content.byteLength));
  if (first !== 0x1f || second !== 0x8b) return content;
  return new Response(new Blob([content]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

async function open({ engine, data, catalogue }) {
  const [, text, known] = await Promise.all([
    bytes(engine).then((wasm) => init({ module_or_path: wasm })),
    bytes(data).then((content) => new TextDecoder().decode(content)),
    bytes(catalogue).then((content) => JSON.parse(new TextDecoder().decode(content))),
  ]);
  return openGraph(ox, text, known);
}

self.onmessage = async ({ data: { files, task, given } }) => {
  try {
    opening ??= open(files);
    const graph = await opening.catch((error) => {
      opening = null;
      throw error;
    });
    self.postMessage({ state: "running" });
    self.postMessage({ state: "done", result: graph[task](...given) });
  } catch (error) {
    self.postMessage({ state: "failed", message: error.message });
  }
};
