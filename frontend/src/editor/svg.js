// Elements of SVG, whose attributes our Content-Security-Policy allows where it refuses inline styles.
export function element(name, attributes, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

export function shortened(text, mostLetters) {
  return text.length > mostLetters ? `${text.slice(0, mostLetters)}…` : text;
}
