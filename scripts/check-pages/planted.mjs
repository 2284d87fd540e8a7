// Faults that the checker must find before its silence about our pages means anything.
export const clean = `<!DOCTYPE html>
<html lang="en-GB">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>A page</title>
<style>body { color: #212b32; background: #fff; } th { background: #e8edee; }</style></head>
<body>
<header><h1>A page</h1></header>
<main>
<section aria-labelledby="s1"><h2 id="s1">A table</h2>
<table><caption>Medicines</caption><thead><tr><th scope="col">What</th><th scope="col">Dose</th></tr></thead><tbody><tr><td>Sertraline</td><td>50 mg</td></tr></tbody></table>
<ul><li><a href="#s1">To the top</a></li></ul>
</section>
</main>
</body>
</html>`;

const changed = (from, to) => {
  if (!clean.includes(from)) {
    throw new Error(`nothing to change: ${from}`);
  }

  return clean.replace(from, to);
};

export const planted = {
  'no language': changed(' lang="en-GB"', ''),
  'a language that is none': changed('en-GB', 'english'),
  'no title': changed('<title>A page</title>', ''),
  'text too pale for its page': changed('color: #212b32', 'color: #999'),
  'a column heading too dark for its text': changed('#e8edee', '#425563'),
  'no first heading': changed('<h1>A page</h1>', '<p>A page</p>'),
  'two first headings': changed('<h2 id="s1">A table</h2>', '<h1 id="s1">A table</h1>'),
  'an id that stands twice': changed('<ul>', '<ul id="s1">'),
  'a heading left out': changed('<h2 id="s1">A table</h2>', '<h4 id="s1">A table</h4>'),
  'an empty heading': changed('>A table</h2>', '></h2>'),
  'an empty column heading': changed('>Dose</th>', '></th>'),
  'a scope that is none': changed('scope="col">Dose', 'scope="both">Dose'),
  'a link without text': changed('>To the top</a>', '></a>'),
  'a picture without text': changed('<ul>', '<img src="x.png"><ul>'),
  'a list item outside a list': changed('<ul><li><a href="#s1">To the top</a></li></ul>', '<div><li>one</li></div>'),
  'a list of other things': changed('<ul><li>', '<ul><p>one</p><li>'),
  'a label that points nowhere in use': changed('<ul>', '<button aria-labelledby="gone"></button><ul>'),
  'two main parts': changed('</main>', '</main><main><p>more</p></main>'),
  'text outside every landmark': changed('</main>', '</main><p>lost</p>'),
  'a page that cannot be enlarged': changed('initial-scale=1', 'initial-scale=1, user-scalable=no'),
  'a field without label': changed('<ul>', '<input type="text"><ul>'),
};
