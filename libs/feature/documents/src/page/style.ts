import { createHash } from 'node:crypto';

/** For a phone held in the hand, a screen in the hall, and paper. */
export const pageStyle = `
:root { color-scheme: light; font-family: "Source Han Sans SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; }
body { max-width: 36rem; margin: 1.5rem auto; padding: 0 1rem; color: #1c1c1c; line-height: 1.7; font-size: 1.05rem; }
h1 { font-size: 1.35rem; text-align: center; margin: 0 0 1rem; }
.state { border: 1px solid #1f5fa8; border-left-width: .4rem; padding: .6rem .9rem; margin: 1rem 0; }
.state strong { display: block; font-size: 1.25rem; color: #1f5fa8; }
.warning { border-color: #b3261e; }
.warning strong { color: #b3261e; }
dl { margin: 0; display: grid; grid-template-columns: 6.5rem 1fr; gap: .3rem .8rem; }
dt { color: #555; }
dd { margin: 0; overflow-wrap: anywhere; }
ol { padding-left: 0; list-style: none; margin: .5rem 0; border-left: 2px solid #1f5fa8; }
ol li { padding: .25rem 0 .25rem 1rem; }
ol time { color: #555; display: inline-block; min-width: 9rem; }
label { display: block; margin: .8rem 0 .2rem; }
input { width: 100%; box-sizing: border-box; font: inherit; padding: .5rem; border: 1px solid #777; border-radius: .25rem; }
button { margin-top: 1rem; width: 100%; font: inherit; padding: .6rem; border: 0; border-radius: .25rem; background: #1f5fa8; color: #fff; }
footer { margin-top: 1.5rem; border-top: 1px solid #999; padding-top: .5rem; color: #555; font-size: .85rem; }
@page { size: A4; margin: 20mm; }
@media print {
  body { max-width: none; margin: 0; padding: 0; color: #000; font-size: 11pt; }
  .screen, form { display: none; }
  .state, .state strong, .warning, .warning strong, ol { border-color: #000; color: #000; }
  dt, ol time, footer { color: #000; }
  .state, dt, dd, ol li { break-inside: avoid; }
  dt { break-after: avoid; }
}
`;

const digest = createHash('sha256').update(pageStyle).digest('base64');

/** The one style sheet is allowed by its digest; forms lead back here, nothing else is loaded or run. */
export const pagePolicy = `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`;
