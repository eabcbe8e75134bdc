// Runs once, for the component that holds an overview: zooms and filters a timeline's picture, and saves it.
// What is shown is a window of days, and the events in it that the chosen outlet reports.

const WIDE = 960, NARROW = 420, PHONE = "(max-width: 760px)"; // widths of the picture; the rows are left out of a narrow one
const LEFT = 24, RIGHT = 24, AXIS = 78, FIRST = 128, ROW = 24, DAY = 86400000;
const SVG = "http://www.w3.org/2000/svg";
let shown = null; // the first and the last day
let width = WIDE;

function picture() { return element.querySelector("svg.dl-timeline"); }
function whole() { const { from, to } = picture().dataset; return [Number(from), Number(to)]; }

// Ticks at round dates: years, quarters, months, weeks or days, so that no more stand on the axis than have room.
function ticks([from, to]) {
  const days = to - from;
  const found = [];
  const most = width / 120;
  if (days > 70) {
    const months = [1, 2, 3, 6, 12, 24, 60, 120, 240].find((n) => days / (30.4 * n) <= most) || 600;
    const date = new Date(from * DAY);
    let month = date.getUTCFullYear() * 12 + date.getUTCMonth();
    month = Math.ceil((month + (date.getUTCDate() > 1 ? 1 : 0)) / months) * months;
    for (;; month += months) {
      const at = new Date(0);
      at.setUTCFullYear(Math.floor(month / 12), month % 12, 1);
      const day = at.getTime() / DAY;
      if (day > to) break;
      const name = months < 12 ? at.toLocaleDateString("en-GB", { month: "short", year: "numeric", timeZone: "UTC" }) : String(at.getUTCFullYear());
      if (day >= from) found.push([day, name]);
    }
    return found;
  }
  const step = [1, 2, 7, 14].find((n) => days / n <= most) || 28;
  for (let day = Math.ceil(from); day <= to; day += step) {
    found.push([day, new Date(day * DAY).toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" })]);
  }
  return found;
}

function place(day) { return LEFT + ((day - shown[0]) / (shown[1] - shown[0])) * (width - LEFT - RIGHT); }

function draw(wide = !matchMedia(PHONE).matches) {
  const svg = picture();
  if (!svg) return;
  width = wide ? WIDE : NARROW;
  shown = shown || whole();
  const outlet = element.querySelector("select.dl-outlet")?.value || "";
  let rows = 0;
  for (const event of svg.querySelectorAll("g.dl-event")) {
    const first = Number(event.dataset.first), last = Number(event.dataset.last);
    const seen = first <= shown[1] && last >= shown[0] && (!outlet || event.dataset.outlets.split("\u001f").includes(outlet));
    event.style.display = seen ? "" : "none";
    const line = element.querySelector(`ol.dl-events li[data-event="${event.dataset.event}"]`);
    if (line) line.hidden = !seen;
    if (!seen) continue;
    const dot = event.querySelector(".dl-dot");
    const ends = [place(Math.max(first, shown[0])), place(Math.min(last, shown[1]))];
    dot.setAttribute("x1", ends[0]);
    dot.setAttribute("x2", Math.max(ends[1], ends[0] + 0.1));
    event.querySelectorAll("text").forEach((text) => text.setAttribute("y", FIRST + ROW * rows + 14));
    rows += 1;
  }
  const height = width === WIDE ? FIRST + ROW * rows + 12 : AXIS + 36;
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.querySelector(".dl-axis").setAttribute("x2", width - RIGHT);
  const marks = svg.querySelector(".dl-ticks");
  marks.replaceChildren();
  for (const [day, name] of ticks(shown)) {
    const line = document.createElementNS(SVG, "line");
    for (const [key, value] of Object.entries({ x1: place(day), x2: place(day), y1: AXIS - 8, y2: AXIS + 8, stroke: "currentColor", opacity: 0.5 })) line.setAttribute(key, value);
    const text = document.createElementNS(SVG, "text");
    for (const [key, value] of Object.entries({ x: place(day), y: AXIS + 26, "text-anchor": "middle", fill: "currentColor", "font-family": "system-ui, sans-serif" })) text.setAttribute(key, value);
    text.textContent = name;
    marks.append(line, text);
  }
  const all = svg.querySelectorAll("g.dl-event").length;
  element.querySelector(".dl-shown").textContent = rows === all ? `${all} events` : `${rows} of ${all} events`;
}

function zoom(factor, shift) {
  const [from, to] = whole();
  const span = Math.min(to - from, Math.max(2, (shown[1] - shown[0]) * factor));
  let middle = (shown[0] + shown[1]) / 2 + shift * (shown[1] - shown[0]);
  middle = Math.min(to - span / 2, Math.max(from + span / 2, middle));
  shown = [middle - span / 2, middle + span / 2];
  draw();
}

// The picture as it is shown, by itself: colours and background written out, since no style sheet goes with it.
function write_svg() {
  draw(true);
  const svg = picture(), copy = svg.cloneNode(true), style = getComputedStyle(svg);
  const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
  draw();
  copy.querySelectorAll('[style*="none"]').forEach((hidden) => hidden.remove());
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  copy.setAttribute("color", style.color);
  copy.removeAttribute("class");
  const back = document.createElementNS(SVG, "rect");
  for (const [key, value] of Object.entries({ width, height, fill: getComputedStyle(document.body).backgroundColor })) back.setAttribute(key, value);
  copy.prepend(back);
  const accent = style.getPropertyValue("--dl-accent").trim();
  return [new XMLSerializer().serializeToString(copy).replaceAll("var(--dl-accent)", accent), width, height];
}

function hand_over(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function save_png() {
  const [text, width, height] = write_svg();
  const image = new Image();
  image.onload = () => {
    const canvas = document.createElement("canvas");
    canvas.width = 2 * width;
    canvas.height = 2 * height;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => hand_over(blob, "timeline.png"), "image/png");
  };
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
}

const TOOLS = {
  in: () => zoom(0.5, 0),
  out: () => zoom(2, 0),
  left: () => zoom(1, -0.25),
  right: () => zoom(1, 0.25),
  all: () => { shown = whole(); draw(); },
  svg: () => hand_over(new Blob([write_svg()[0]], { type: "image/svg+xml" }), "timeline.svg"),
  png: save_png,
};
element.addEventListener("click", (event) => {
  const tool = event.target.closest("button.dl-tool");
  if (tool) TOOLS[tool.value]?.();
});
element.addEventListener("change", (event) => { if (event.target.matches("select.dl-outlet")) draw(); });
watch("value", () => { shown = null; draw(); });
matchMedia(PHONE).addEventListener("change", () => draw());
