// axe-core's rules, WCAG 2.2 AA and its best practices, over a page as a browser would build it.
import axe from 'axe-core';
import { JSDOM } from 'jsdom';
import { contrastFaults } from './contrast.mjs';

// axe leaves these two undecided in jsdom, and has no rule against repeated ids any more: counted by hand below.
const counted = ['page-has-heading-one', 'landmark-one-main'];

// Needs a laid-out page, which jsdom does not make: contrast.mjs looks instead.
const options = { rules: { 'color-contrast': { enabled: false } } };

/** One line for each element that breaks a rule, or that axe could not decide about. */
export async function judge(html) {
  const { window } = new JSDOM(html, { runScripts: 'outside-only' });
  try {
    window.eval(axe.source);
    const { violations, incomplete, passes } = await window.axe.run(window.document, options);
    const undecided = incomplete.filter((rule) => !counted.includes(rule.id));
    const faults = [...violations, ...undecided].flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${rule.help}: ${node.target.join(' ')}`));
    return [...faults, ...count(window.document), ...contrastFaults(window), ...(passes.length > 0 ? [] : ['no rule applied: this is no page'])];
  } finally {
    window.close();
  }
}

function count(document) {
  const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
  return [
    ...['h1', 'main'].filter((name) => document.querySelectorAll(name).length !== 1).map((name) => `a page has one ${name}`),
    ...ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `the id ${id} stands twice`),
  ];
}
