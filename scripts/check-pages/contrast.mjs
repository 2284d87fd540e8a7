// WCAG 2.2, 1.4.3: text against what lies behind it, by the colours that the page's own style gives; axe would need a laid-out page for it.
const least = 4.5;

/** One line for each pair of colours in which some text cannot be read well. */
export function contrastFaults({ document, getComputedStyle }) {
  const [seen, faults] = [new Set(), new Set()];
  for (const element of document.body.querySelectorAll('*')) {
    if ([...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '') && !seen.has(place(element))) {
      seen.add(place(element));
      const text = rgb(getComputedStyle(element).color) ?? [0, 0, 0];
      const behind = background(element, getComputedStyle);
      const ratio = contrast(text, behind);
      if (ratio < least) {
        faults.add(`contrast ${ratio.toFixed(1)} of text rgb(${text}) on rgb(${behind}), first in ${element.localName}`);
      }
    }
  }

  return [...faults];
}

// What a style can go by: elements that do not differ in it look alike, and one of them is looked at.
function place(element) {
  const own = `${element.localName}#${element.id}.${element.className}[${element.getAttribute('style') ?? ''}]`;
  return element.parentElement === null ? own : `${place(element.parentElement)} ${own}`;
}

function background(element, getComputedStyle) {
  for (let at = element; at !== null; at = at.parentElement) {
    const colour = rgb(getComputedStyle(at).backgroundColor);
    if (colour !== null) {
      return colour;
    }
  }

  return [255, 255, 255];
}

// jsdom gives every colour as rgb(...) or rgba(...); what can be seen through counts as not there.
function rgb(text) {
  const parts = /^rgba?\(([^)]+)\)$/.exec(text ?? '')?.[1].split(/[\s,/]+/).map(Number);
  return parts === undefined || (parts.length === 4 && parts[3] < 1) ? null : parts.slice(0, 3);
}

function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

// WCAG 2.2, "relative luminance".
function luminance(colour) {
  const [red, green, blue] = colour.map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
