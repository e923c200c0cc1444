// Suggestions while typing in a search form; the form works without them.
const pauseMilliseconds = 80; // of typing, before a question is sent

for (const field of document.querySelectorAll("form[data-suggest] input[type=search]")) {
  const names = document.createElement("datalist");
  names.id = `${field.id}-names`;
  field.after(names);
  field.setAttribute("list", names.id);
  let pause;
  let asked = new AbortController();
  field.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(async () => {
      asked.abort();
      asked = new AbortController();
      const url = `${field.form.dataset.suggest}?q=${encodeURIComponent(field.value)}`;
      const answer = await fetch(url, { signal: asked.signal }).catch(() => null); // offline, or typed on
      if (!answer?.ok) return;
      const [, suggested] = await answer.json();
      names.replaceChildren(...[...new Set(suggested)].map((name) => new Option(name, name)));
    }, pauseMilliseconds);
  });
}
