// A table that the desk gives piece by piece, given to the browser as one file.

import { getText } from "./api.js";

/** All of the table that begins at `path` below `root`; `tell` hears how many rows there are so far. */
export async function wholeTable(root, path, tell) {
  let whole = "";
  while (path) {
    tell(Math.max(0, whole.split("\r\n").length - 2));
    const { text, next } = await getText(root + path);
    // Each piece begins with the names of its columns.
    whole += whole ? text.slice(text.indexOf("\r\n") + 2) : text;
    path = next;
  }
  return whole;
}

/** Hand a table to whoever asked for it, as a file. */
export function save(text, name) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  const link = document.createElement("a");
  Object.assign(link, { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}
