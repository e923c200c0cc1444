// A name such as …#Term leads to the first page of an index, whatever page it stands on: no server ever sees what
// follows the hash sign. Where the page does not have it, the page about the term does.
const { parts } = document.currentScript.dataset;
const name = location.hash.slice(1);
if (name && !document.getElementById(decodeURIComponent(name))) {
  location.replace(parts + name.replaceAll("/", "%2F"));
}
