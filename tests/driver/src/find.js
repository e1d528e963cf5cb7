// Finds what is visible by role and accessible name (a subset of "Accessible Name and Description
// Computation 1.2"): arguments are [role, name, exact]; the answer is a list of elements.
// With a null role the answer is an outline of the screen, for messages.
const selectors = {
  button: 'button, [role=button], input[type=submit], summary',
  link: 'a[href], [role=link]',
  textbox: 'input:not([type]), input[type=text], input[type=email], input[type=password], input[type=url], textarea, [role=textbox]',
  searchbox: 'input[type=search], [role=searchbox]',
  checkbox: 'input[type=checkbox], [role=checkbox], [role=switch]',
  radio: 'input[type=radio], [role=radio]',
  combobox: 'select, [role=combobox]',
  heading: 'h1, h2, h3, h4, h5, h6, [role=heading]',
  row: 'tr, [role=row]',
  dialog: 'dialog[open], [role=dialog]',
  status: '[role=status], output',
  alert: '[role=alert]',
};
const tidy = (text) => (text || '').replace(/\s+/g, ' ').trim();
const textOf = (node) => {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (node.nodeType !== Node.ELEMENT_NODE || node.getAttribute('aria-hidden') === 'true') return '';
  const style = getComputedStyle(node);
  if (style.display === 'none' || style.visibility === 'hidden') return '';
  if (node.getAttribute('aria-label')) return node.getAttribute('aria-label');
  const inner = Array.from(node.childNodes).map(textOf).join('');
  return style.display === 'inline' ? inner : ` ${inner} `;
};
const nameOf = (element) => {
  const ids = element.getAttribute('aria-labelledby');
  if (ids) return tidy(ids.split(/\s+/).map((id) => document.getElementById(id)).filter(Boolean).map(textOf).join(' '));
  if (element.getAttribute('aria-label')) return tidy(element.getAttribute('aria-label'));
  if (element.labels && element.labels.length) return tidy(Array.from(element.labels).map(textOf).join(' '));
  return tidy(textOf(element)) || tidy(element.getAttribute('title'));
};
const modal = Array.from(document.querySelectorAll('dialog[open]')).filter((dialog) => dialog.matches(':modal')).pop();
const isVisible = (element) => {
  if (modal && !modal.contains(element)) return false;
  if (element.closest('[inert]') || element.closest('[aria-hidden=true]')) return false;
  return element.getClientRects().length > 0 && getComputedStyle(element).visibility !== 'hidden';
};
const [role, name, exact] = arguments;
const all = (wanted) => Array.from(document.querySelectorAll(selectors[wanted])).filter(isVisible);
if (role === null) {
  return Object.keys(selectors)
    .flatMap((each) => all(each).slice(0, 30).map((element) => `${each} “${nameOf(element).slice(0, 90)}”`))
    .join('\n');
}
return all(role).filter((element) => name === null || (exact ? nameOf(element) === name : nameOf(element).includes(name)));
