#include "bert/view/page_parts.h"

namespace bertlet::view {

// Colours are those of Okabe and Ito, which people tell apart however they see colours; lighter ones in the dark.
const char* const page_style = R"css(
:root {
  color-scheme: light dark;
  --paper: #fbfbfa; --card: #fff; --ink: #1c1e21; --soft: #5d636b; --line: #e3e4e6; --grid: #ecedef; --warn: #8a4b00;
  --colour0: #0072b2; --colour1: #d55e00; --colour2: #009e73; --colour3: #b3569a;
  --colour4: #c98500; --colour5: #3a9bd9; --colour6: #4d4d4d; --colour7: #8c7f00;
  --dash0: none; --dash1: 7 3; --dash2: 2 2.5; --dash3: 8 3 2 3;
  --run: var(--colour0); --dash: none;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #131517; --card: #1b1e21; --ink: #e8e9eb; --soft: #9aa1a9; --line: #2e3338; --grid: #272b2f; --warn: #f0b35a;
    --colour0: #56a9e0; --colour1: #f08a4b; --colour2: #35c79b; --colour3: #dc93c2;
    --colour4: #eab13e; --colour5: #8cc9f2; --colour6: #bdbdbd; --colour7: #d9cd4a;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif; }
main { max-width: 1360px; margin: 0 auto; padding: 36px 28px 56px; }
h1 { margin: 0; font-size: 26px; line-height: 1.25; font-weight: 650; letter-spacing: -.01em; overflow-wrap: anywhere; }
h2 { margin: 36px 0 12px; font-size: 17px; font-weight: 650; }
p { margin: 4px 0 0; color: var(--soft); max-width: 75ch; }
code, .code { font: 12.5px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace; }

.show { position: absolute; opacity: 0; pointer-events: none; }
.legend { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: 4px 22px; align-items: center;
  margin: 28px 0 12px; padding: 10px 0; background: var(--paper); border-bottom: 1px solid var(--line); }
.legend h2 { margin: 0 6px 0 0; }
.legend label { display: flex; gap: 8px; align-items: center; cursor: pointer; border-radius: 3px; overflow-wrap: anywhere; }
.legend .key { display: flex; gap: 8px; align-items: center; color: var(--soft); font-size: 13px; }
.legend .keys { display: flex; flex-wrap: wrap; gap: 4px 18px; margin-left: auto; --run: var(--soft); }
.legend svg { width: 34px; height: 12px; flex: none; } .legend svg.small { width: 12px; }

.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 370px), 1fr)); gap: 16px; align-items: start; }
figure { margin: 0; padding: 14px 16px 8px; background: var(--card); border: 1px solid var(--line); border-radius: 8px;
  break-inside: avoid; min-width: 0; }
figcaption { display: flex; justify-content: space-between; align-items: baseline; gap: 12px; margin-bottom: 6px;
  font-weight: 600; font-size: 14px; }
figcaption small { color: var(--soft); font-weight: 400; font-size: 12px; text-align: right; overflow-wrap: anywhere; }
figure svg { display: block; width: 100%; height: auto; overflow: visible; font: 11px system-ui, "Liberation Sans", Arial, sans-serif; }
svg text { fill: var(--soft); font-variant-numeric: tabular-nums; }
.end { text-anchor: end; } .middle { text-anchor: middle; }
.grid { stroke: var(--grid); } .axis, .notch { stroke: var(--soft); stroke-opacity: .6; fill: none; }
.curve { fill: none; stroke: var(--run); stroke-linejoin: round; stroke-linecap: round; }
.curve { stroke-width: 1.5; stroke-dasharray: var(--dash); }
.faint .curve { stroke-width: 1.1; stroke-opacity: .55; } .dotted .curve { stroke-width: 2; }
.dot { fill: var(--run); } .best { fill: none; stroke: var(--run); stroke-width: 1.6; }
.cross { stroke: var(--run); stroke-width: 1.6; fill: none; }
.reference { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 1.5 3; }
.name { font-size: 10px; paint-order: stroke; stroke: var(--card); stroke-width: 3px; stroke-linejoin: round; }
.bar { fill: var(--run); fill-opacity: .85; } svg text.label { fill: var(--ink); }
.cursor { stroke: var(--soft); stroke-width: 1; pointer-events: none; }

.table { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; font-variant-numeric: tabular-nums; }
th, td { padding: 6px 14px; text-align: right; white-space: nowrap; border-top: 1px solid var(--line); }
thead tr:first-child th { border-top: 0; }
thead th { color: var(--soft); font-weight: 500; font-size: 12.5px; }
th:first-child, td.text, th.text { text-align: left; } tbody th { font-weight: 500; }
thead th.run { color: var(--run); font-weight: 650; text-align: center; white-space: normal; overflow-wrap: anywhere; }
thead th.run.text { text-align: left; }
th.first, td.first { border-left: 1px solid var(--line); }
td.winner { font-weight: 700; } td small, th small { color: var(--soft); font-weight: 400; font-size: inherit; }
td.text { white-space: normal; overflow-wrap: anywhere; min-width: 9em; }
.facts { display: flex; flex-wrap: wrap; gap: 6px 40px; margin: 18px 0 0; }
.facts div { min-width: 5em; } .facts dt { color: var(--soft); font-size: 12.5px; } .facts dd { margin: 0; font-size: 20px; font-weight: 600; }
.options { columns: 22em; column-gap: 32px; margin: 0; padding: 14px 16px; background: var(--card); border: 1px solid var(--line); border-radius: 8px; font-size: 13.5px; }
.options div { display: flex; justify-content: space-between; align-items: baseline; gap: 16px; padding: 2px 0; break-inside: avoid; }
.options dt { color: var(--soft); white-space: nowrap; } .options dd { margin: 0; text-align: right; overflow-wrap: anywhere; min-width: 0; }
.warnings { margin: 18px 0 0; padding: 10px 16px 10px 34px; border: 1px solid var(--warn); border-radius: 8px; color: var(--warn); font-size: 13.5px; overflow-wrap: anywhere; }

#hint { position: fixed; z-index: 2; padding: 7px 10px; background: var(--card); border: 1px solid var(--line); border-radius: 6px;
  box-shadow: 0 4px 16px rgb(0 0 0 / .18); font-size: 12.5px; line-height: 1.45; pointer-events: none; font-variant-numeric: tabular-nums; }
#hint div { display: flex; justify-content: space-between; gap: 16px; } #hint b { font-weight: 600; } #hint span { color: var(--run); }

@media (max-width: 600px) { main { padding: 22px 14px 40px; } .legend { position: static; } .legend .keys { margin-left: 0; } }
@media print {
  :root { color-scheme: light; --paper: #fff; --ink: #000; --soft: #444; --line: #ccc; }
  body { font-size: 11px; } main { padding: 0; max-width: none; } .legend { position: static; }
  .charts { grid-template-columns: repeat(2, 1fr); } .table { overflow: visible; } h2 { break-after: avoid; }
}
)css";

}  // namespace bertlet::view
