// Lighthouse over a page of somebody who is signed in: node lighthouse.mjs FOLDER ORDER
// FOLDER has node_modules; ORDER is JSON: {url, storage, chromium, form}. Prints the scores as JSON.

import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, order] = process.argv.slice(2);
const { url, storage, chromium, form, skipped } = JSON.parse(order);
const require = createRequire(`${folder}/package.json`);
const load = (name) => import(pathToFileURL(require.resolve(name)));
const { default: puppeteer } = await load("puppeteer-core");
const { default: lighthouse, desktopConfig } = await load("lighthouse");

const browser = await puppeteer.launch({ executablePath: chromium, args: ["--no-sandbox"] });
try {
  const page = await browser.newPage();
  // Lighthouse clears what a browser keeps and loads anew: the session is there before each load.
  await page.evaluateOnNewDocument((kept) => {
    for (const [name, value] of Object.entries(kept)) sessionStorage.setItem(name, value);
  }, storage);
  const flags = { logLevel: "error", output: "json" };
  const base = form === "desktop" ? desktopConfig : { extends: "lighthouse:default" };
  const config = { ...base, settings: { ...base.settings, skipAudits: skipped } };
  const result = await lighthouse(url, flags, config, page);
  const scores = Object.fromEntries(
    Object.values(result.lhr.categories).map(({ id, score }) => [id, score]),
  );
  const lost = Object.values(result.lhr.audits)
    .filter(({ score, scoreDisplayMode }) => score !== null && score < 0.9 && scoreDisplayMode !== "informative")
    .map(({ id, score, displayValue }) => ({ id, score, says: displayValue ?? "" }));
  process.stdout.write(JSON.stringify({ scores, lost }) + "\n");
} finally {
  await browser.close();
}
