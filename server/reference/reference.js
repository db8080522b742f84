// Shows only what has all the words that are looked for: in a name, or in what is said of it.
const field = document.getElementById('search');
const found = document.getElementById('found');
const articles = [...document.querySelectorAll('article')].map((node) => ({ node, text: node.textContent.toLowerCase() }));
const groups = [...document.querySelectorAll('.group')];

function look() {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const { node, text } of articles) {
    node.hidden = !words.every((word) => text.includes(word));
    shown += node.hidden ? 0 : 1;
  }
  for (const group of groups) group.hidden = !group.querySelector('article:not([hidden])');
  found.textContent = words.length ? `${shown} found` : '';
}

field.addEventListener('input', look);
document.addEventListener('keydown', (event) => {
  if (event.key === '/' && document.activeElement !== field) {
    event.preventDefault();
    field.focus();
  }
});
// A link leads to what the search has hidden, too.
addEventListener('hashchange', () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target?.hidden) {
    field.value = '';
    look();
    target.scrollIntoView();
  }
});
