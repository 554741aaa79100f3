// Writes the drawing library of the page, with its hash, licences and notices, to where the package
// keeps it: npm ci --ignore-scripts && npm run build. See README.md.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const into = new URL("../optimiser/reports/page/vendored/", import.meta.url);
const from = (path) => new URL(`node_modules/${path}`, import.meta.url);
mkdirSync(into, { recursive: true });

const { outputFiles } = await build({
  entryPoints: ["echarts.js"],
  bundle: true,
  minify: true,
  format: "iife",
  globalName: "echarts",
  target: "es2020",
  charset: "utf8",
  legalComments: "inline",
  write: false,
});
const [{ contents }] = outputFiles;
writeFileSync(new URL("echarts.js", into), contents);
const hash = createHash("sha256").update(contents).digest("hex");
writeFileSync(new URL("echarts.js.sha256", into), `${hash}  echarts.js\n`);
for (const [path, name] of [
  ["echarts/LICENSE", "LICENSE-echarts.txt"],
  ["echarts/NOTICE", "NOTICE-echarts.txt"],
  ["zrender/LICENSE", "LICENSE-zrender.txt"],
  ["echarts/licenses/LICENSE-d3", "LICENSE-d3.txt"],
  ["tslib/LICENSE.txt", "LICENSE-tslib.txt"],
  // lines end alike, whoever wrote them
]) writeFileSync(new URL(name, into), readFileSync(from(path), "utf8").replaceAll("\r\n", "\n"));
const versions = ["echarts", "zrender", "tslib", "esbuild"].map((name) => {
  const { version } = JSON.parse(readFileSync(from(`${name}/package.json`), "utf8"));
  return `${name} ${version}`;
});
writeFileSync(new URL("VERSIONS.txt", into), `${versions.join("\n")}\n`);
console.log(`${contents.length} bytes, sha256 ${hash}`);
