// Builds the front end into the package, where pages look for it. Nothing in it is fetched from another host at run time.
import { build } from "esbuild";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "../atopic_kg/static/web");

// YASQE carries a copy of all of prefix.cc for a completer that we do not use: two thousand foreign addresses.
const withoutPrefixCc = {
  name: "without-prefix-cc",
  setup({ onLoad }) {
    onLoad({ filter: /yasqe\.esm\.js$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const contents = text.replace(/, madsrdf = "[^]*?prefixes_default = \{[^]*?\}/, ", prefixes_default = {}");
      if (text.length - contents.length < 20_000) throw new Error("YASQE has changed: look for its copy of prefix.cc again");
      return { contents, loader: "js" };
    });
  },
};

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await build({
  absWorkingDir: here,
  entryPoints: ["editor", "questions", "search", "worker"].map((name) => `src/${name}.js`),
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["chrome100", "firefox113", "safari16.4"],
  legalComments: "none",
  plugins: [withoutPrefixCc],
});

// A plain file server sends what it has: packed, the engine is a third as long, and the browser unpacks it.
await writeFile(join(out, "oxigraph.wasm.gz"), gzipSync(await readFile(join(here, "node_modules/oxigraph/web_bg.wasm")), { level: 9 }));
await writeFile(join(out, "licences.txt"), await licences());

/** The licences of all that is bundled, or that a bundled package has bundled itself. */
async function licences() {
  const { packages } = JSON.parse(await readFile(join(here, "package-lock.json"), "utf8"));
  const paths = Object.keys(packages).filter((path) => path && !packages[path].dev).sort();
  const said = paths.map(async (path) => {
    const { version, license } = packages[path];
    const files = await readdir(join(here, path));
    const file = files.find((each) => /^licen[cs]e/i.test(each));
    const text = file ? await readFile(join(here, path, file), "utf8") : "The package has no file with its licence.\n";
    return `${path.replace("node_modules/", "")} ${version} (${license})\n\n${text}`;
  });
  return (await Promise.all(said)).join(`\n${"-".repeat(80)}\n\n`);
}
