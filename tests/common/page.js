// What a person would find wrong with the page as it stands in this window, in words. Runs from outside of the page.
(() => {
  const flaws = [];
  const say = (what) => { if (flaws.length < 20) flaws.push(what); };
  const wide = document.documentElement;
  if (wide.scrollWidth > wide.clientWidth) say(`the page is ${wide.scrollWidth} wide in a window of ${wide.clientWidth}`);

  // Nothing runs, nothing is fetched.
  for (const tag of ["script", "img", "link", "iframe", "object", "embed", "base", "form", "audio", "video", "image", "use"])
    if (document.getElementsByTagName(tag).length) say(`there is <${tag}>`);
  for (const element of document.querySelectorAll("*"))
    for (const { name } of element.attributes)
      if (/^(on|src|href|xlink|style|action|srcdoc)/.test(name)) say(`<${element.localName}> has ${name}`);

  // What others hear of it.
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  if (new Set(ids).size !== ids.length) say("an id stands twice");
  for (const element of document.querySelectorAll("[aria-labelledby], [aria-describedby]"))
    for (const id of `${element.getAttribute("aria-labelledby") ?? ""} ${element.getAttribute("aria-describedby") ?? ""}`.split(" "))
      if (id && !document.getElementById(id)) say(`nothing has the id ${id}`);
  if (document.querySelectorAll("h1").length !== 1) say("there is not one h1");
  for (const svg of document.querySelectorAll("svg"))
    if (!svg.closest("[aria-hidden=true], [role=img]")) say("a picture is neither told nor hidden");
  for (const svg of document.querySelectorAll("svg[role=img]"))
    if (!svg.querySelector(":scope > title")?.textContent.trim()) say("a picture has no title");

  const rgb = (text) => {
    const parts = text.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];
    return text.startsWith("rgb") ? [parts[0], parts[1], parts[2], parts[3] ?? 1] : null;
  };
  const light = ([r, g, b]) => {
    const one = (c) => ((c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * one(r) + 0.7152 * one(g) + 0.0722 * one(b);
  };
  const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = rgb(getComputedStyle(e).backgroundColor);
      if (colour?.[3] === 1) return colour;
      if (colour?.[3]) say(`a background lets others through: ${e.localName}`);
    }
    return [255, 255, 255, 1];
  };
  const judge = (element, colour, least, what) => {
    const seen = rgb(colour);
    if (!seen || seen[3] !== 1) return say(`${what} has the colour ${colour}`);
    const found = contrast(seen, behind(element));
    if (found < least) say(`${what} has a contrast of ${found.toFixed(2)}`);
  };

  // Every text: in the window, not cut off, legible, and not on top of another.
  const boxes = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode, element = node.parentElement, text = node.data.trim();
    if (!text || element.closest("title, desc, style")) continue;
    const style = getComputedStyle(element), what = JSON.stringify(text.slice(0, 40));
    if (element.closest("thead") && getComputedStyle(element.closest("thead")).position === "absolute") continue;
    if (style.visibility !== "visible" || style.display === "none" || !element.checkVisibility()) { say(`${what} is hidden`); continue; }
    if (parseFloat(style.fontSize) < 11) say(`${what} is ${style.fontSize} high`);
    judge(element, element.namespaceURI.endsWith("svg") ? style.fill : style.color, 4.5, what);
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (!box.width || !box.height) continue;
      if (box.left < -0.5 || box.right > wide.clientWidth + 0.5) say(`${what} stands out of the window: ${box.left} to ${box.right}`);
      for (let e = element; e; e = e.parentElement) {
        if (getComputedStyle(e).overflowX === "visible" || e === document.body || e === wide) continue;
        if (e.localName === "svg" && getComputedStyle(e).overflow === "visible") continue;
        const around = e.getBoundingClientRect();
        if (box.left < around.left - 1 || box.right > around.right + 1 || box.top < around.top - 1 || box.bottom > around.bottom + 1) say(`${what} is cut off`);
      }
      boxes.push({ box, what, node });
    }
  }
  boxes.sort((a, b) => a.box.top - b.box.top);
  boxes.forEach((a, n) => {
    for (let m = n + 1; m < boxes.length && boxes[m].box.top < a.box.bottom - 3; m++) {
      const b = boxes[m];
      if (a.node === b.node) continue;
      if (Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left) > 2) say(`${a.what} and ${b.what} stand on each other`);
    }
  });

  // Every mark: in its picture, and to be told from the paper.
  for (const svg of document.querySelectorAll(".track, .area")) {
    const around = svg.getBoundingClientRect();
    if (around.width < 100 || around.height < 15) say(`a picture is ${around.width} by ${around.height}`);
    for (const mark of svg.querySelectorAll("rect, circle, line")) {
      const box = mark.getBoundingClientRect(), loose = mark.localName === "circle" ? 6 : 0.6;
      if (box.left < around.left - loose || box.right > around.right + loose || box.top < around.top - loose || box.bottom > around.bottom + loose)
        say(`a ${mark.localName} stands out of its picture`);
      if (mark.matches(".bar, .sample circle")) {
        judge(svg, getComputedStyle(mark).fill, 3, `a ${mark.localName}`);
        if (box.width < 1 || box.height < 3) say(`a mark is ${box.width} by ${box.height}`);
      }
    }
  }
  return flaws;
})()
