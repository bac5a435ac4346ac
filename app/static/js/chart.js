/* Draws a table of counts over time as stacked areas; without scripts the table stands for itself. */
const table = document.querySelector("table[data-chart]");
if (table?.tBodies[0].rows.length > 1) {
  const place = document.getElementById(table.dataset.chart);
  const rows = [...table.tBodies[0].rows].reverse();
  const count = (row, at) => Number(row.cells[at].textContent.replaceAll(",", ""));
  const sums = rows.map(() => 0);
  const fills = [...place.parentElement.querySelectorAll(".legend rect")].map((shape) => getComputedStyle(shape).fill);
  const layers = fills.map((_, at) => rows.map((row, number) => (sums[number] += count(row, at + 1))));
  const times = rows.map((row) => Date.parse(row.querySelector("time").dateTime) / 1000);
  const gap = getComputedStyle(document.body).backgroundColor;
  const axis = { stroke: getComputedStyle(table).color, grid: { width: 0.3 } };
  const day = (at) => new Date(at * 1000).toISOString().slice(5, 16).replace("T", " ");
  const days = { ...axis, label: "UTC", space: 100, values: (_, ticks) => ticks.map(day) };
  const options = { width: place.clientWidth, height: 280, legend: { show: false }, cursor: { show: false }, axes: [days, axis] };
  options.tzDate = (at) => window.uPlot.tzDate(new Date(at * 1000), "UTC");
  options.scales = { y: { range: (_, _low, high) => [0, high || 1] } };
  options.series = [{}, ...fills.map((fill) => ({ fill, stroke: gap, points: { show: false } })).reverse()];
  new window.uPlot(options, [times, ...layers.reverse()], place);
}
