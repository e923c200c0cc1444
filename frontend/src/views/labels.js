// What things are called, in the language of the page where there is such a name.
export const language = document.documentElement.lang || "en";

export function labelOf({ id, labels }) {
  const tags = Object.keys(labels);
  const of = (wanted) => tags.find((tag) => tag === wanted) ?? tags.find((tag) => tag.startsWith(`${wanted}-`));
  const tag = of(language) ?? of("en") ?? tags[0];
  return tag === undefined ? decodeURIComponent(id.split("/").at(-1)) : labels[tag];
}
