/** What all views look like: Home Assistant's own theme, whatever it is. */

import { css } from "lit";

export const shared = css`
  :host {
    --gap: 16px;
    --line: var(--divider-color, #e0e0e0);
    --bad: var(--error-color, #db4437);
    --good: var(--success-color, #43a047);
    --warn: var(--warning-color, #ffa600);
    --muted: var(--secondary-text-color, #5e5e5e);
    --radius: var(--ha-card-border-radius, 12px);
    color: var(--primary-text-color, #212121);
    font-size: 14px;
    line-height: 1.45;
  }
  * {
    box-sizing: border-box;
  }
  h1,
  h2,
  h3 {
    font-weight: 500;
    line-height: 1.25;
    margin: 0;
  }
  h2 {
    font-size: 20px;
  }
  h3 {
    font-size: 16px;
  }
  p {
    margin: 4px 0;
  }
  a {
    color: var(--primary-text-color);
    text-decoration: underline;
    text-decoration-color: var(--primary-color, #03a9f4);
    text-underline-offset: 3px;
  }
  .card {
    background: var(--ha-card-background, var(--card-background-color, #fff));
    border: 1px solid var(--ha-card-border-color, var(--line));
    border-radius: var(--radius);
    padding: var(--gap);
  }
  .cards {
    display: grid;
    gap: var(--gap);
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 320px), 1fr));
  }
  .cards.wider {
    align-items: start;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 440px), 1fr));
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    align-items: center;
  }
  .between {
    justify-content: space-between;
  }
  .muted {
    color: var(--muted);
  }
  .grow {
    flex: 1 1 160px;
  }
  button,
  select,
  input {
    font: inherit;
    color: inherit;
    min-height: 36px;
    border-radius: 8px;
    border: 1px solid var(--line);
    background: var(--card-background-color, #fff);
    padding: 4px 10px;
  }
  input[type="checkbox"] {
    min-height: 0;
    width: 18px;
    height: 18px;
    accent-color: var(--primary-color);
  }
  button {
    cursor: pointer;
    font-weight: 500;
  }
  button.main {
    background: var(--primary-text-color);
    border-color: var(--primary-text-color);
    color: var(--card-background-color, #fff);
  }
  button.danger {
    border: 2px solid var(--bad);
  }
  button:disabled {
    opacity: 0.6;
    cursor: default;
  }
  button:hover:not(:disabled) {
    filter: brightness(0.95);
  }
  :focus-visible {
    outline: 2px solid var(--primary-color, #03a9f4);
    outline-offset: 2px;
  }
  .badge {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    border: 1px solid var(--line);
    border-radius: 999px;
    padding: 0 10px;
    white-space: nowrap;
    font-size: 13px;
  }
  .badge::before {
    content: "";
    width: 9px;
    height: 9px;
    border-radius: 50%;
    background: var(--state, var(--muted));
  }
  .allow,
  .in_sync,
  .admitted {
    --state: var(--good);
  }
  .deny,
  .quarantined,
  .unavailable,
  .critical,
  .high {
    --state: var(--bad);
  }
  .ask,
  .held,
  .degraded,
  .drifted,
  .monitoring,
  .medium {
    --state: var(--warn);
  }
  table {
    border-collapse: collapse;
    width: 100%;
  }
  th,
  td {
    text-align: start;
    padding: 8px;
    border-bottom: 1px solid var(--line);
    vertical-align: top;
  }
  th {
    color: var(--muted);
    font-weight: 500;
  }
  dl {
    display: grid;
    grid-template-columns: max-content 1fr;
    gap: 4px 16px;
    margin: 8px 0 0;
  }
  dt {
    color: var(--muted);
  }
  dd {
    margin: 0;
    overflow-wrap: anywhere;
  }
  .wide {
    overflow-x: auto;
  }
  .chip {
    min-height: 32px;
    border-radius: 999px;
    padding: 2px 14px;
  }
  summary {
    cursor: pointer;
  }
  code {
    overflow-wrap: anywhere;
  }
  .stack {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap);
  }
  .hidden-text {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .note {
    border-inline-start: 4px solid var(--state, var(--muted));
    padding: 4px 12px;
  }
`;
