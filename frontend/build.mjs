// Bundles each script of src/ with what it imports into one file of the same name, with its styles beside it.
import { readdir, rm } from "node:fs/promises";
import { build } from "esbuild";

const here = new URL(".", import.meta.url).pathname;
const target = new URL("../src/axisld/web/built/", import.meta.url).pathname;
const scripts = (await readdir(`${here}src`)).filter((name) => name.endsWith(".js"));

await rm(target, { recursive: true, force: true });
await build({
  entryPoints: scripts.map((name) => `${here}src/${name}`),
  outdir: target,
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  loader: { ".svg": "dataurl", ".woff": "dataurl", ".woff2": "dataurl", ".ttf": "dataurl" },
  legalComments: "linked", // the licences of what is bundled, beside each file
  logLevel: "warning",
});
