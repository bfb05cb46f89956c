// Charts people explore (series over time). <canvas data-chart="id"> names a json_script block: {labels, series: [{name, data}]}.
// The first series is "you" (bars), the others are benchmarks (dashed lines). The same figures stand beside it as a table.
import {
  BarController, BarElement, CategoryScale, Chart, Legend, LinearScale, LineController, LineElement, PointElement, Tooltip,
} from "chart.js";

Chart.register(
  BarController, BarElement, CategoryScale, Legend, LinearScale, LineController, LineElement, PointElement, Tooltip,
);

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

function dataset(series, index) {
  const colour = token(index ? "--chart-bench" : "--chart-you");
  return {
    type: index ? "line" : "bar",
    label: series.name,
    data: series.data,
    backgroundColor: colour,
    borderColor: colour,
    borderDash: index ? [5, 4] : undefined,
    borderRadius: 6,
    pointRadius: index ? 3 : 0,
  };
}

function paint(canvas) {
  const data = JSON.parse(document.getElementById(canvas.dataset.chart).textContent);
  Chart.getChart(canvas)?.destroy();
  Chart.defaults.color = token("--muted");
  Chart.defaults.font.family = '"Inter Variable", sans-serif';
  return new Chart(canvas, {
    data: { labels: data.labels, datasets: data.series.map(dataset) },
    options: {
      responsive: true,
      maintainAspectRatio: false,
      animation: still() ? false : undefined,
      interaction: { mode: "index", intersect: false },
      scales: { x: { grid: { display: false } }, y: { beginAtZero: true, grid: { color: token("--color-base-300") } } },
    },
  });
}

export function boot(root) {
  for (const canvas of root.querySelectorAll("canvas[data-chart]")) if (!Chart.getChart(canvas)) paint(canvas);
}

document.addEventListener("hub:theme", () => document.querySelectorAll("canvas[data-chart]").forEach(paint));
