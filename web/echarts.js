// What the page draws with, and nothing else: the charts, components and renderers of ECharts 6.
export { graphic, init, use } from "echarts/core";
import { use } from "echarts/core";
import {
  BarChart, CustomChart, HeatmapChart, LineChart, ParallelChart, ScatterChart,
} from "echarts/charts";
import {
  AriaComponent, BrushComponent, GridComponent, ParallelComponent, TooltipComponent,
  VisualMapComponent,
} from "echarts/components";
import { CanvasRenderer, SVGRenderer } from "echarts/renderers";

use([
  AriaComponent, BarChart, BrushComponent, CanvasRenderer, CustomChart, GridComponent, HeatmapChart,
  LineChart, ParallelChart, ParallelComponent, SVGRenderer, ScatterChart, TooltipComponent,
  VisualMapComponent,
]);
