/** How the matrix of devices and scopes is laid out. */

import { css } from "lit";

/** Height of a row: every row has the same, so that only those in sight need to be there. */
export const ROW_PX = 56;

export const matrixStyle = css`
  :host {
    display: flex;
    flex-direction: column;
    gap: 12px;
    flex: 1;
    min-height: 340px;
  }
  .scroller {
    flex: 1;
    min-height: 220px;
    overflow: auto;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--card-background-color, #fff);
    contain: strict;
  }
  .rows {
    position: relative;
    min-width: max-content;
  }
  .head {
    position: sticky;
    top: 0;
    z-index: 2;
    min-width: max-content;
    background: var(--card-background-color, #fff);
    border-bottom: 1px solid var(--line);
  }
  .line {
    display: grid;
    grid-template-columns: 30px 190px 122px 92px repeat(7, 98px);
    gap: 4px;
    align-items: center;
    height: ${ROW_PX}px;
    padding: 0 12px;
    min-width: 100%;
    width: max-content;
  }
  .list .line {
    grid-template-columns: 30px minmax(170px, 1.6fr) 130px repeat(5, minmax(110px, 1fr));
    width: auto;
  }
  .rows .line {
    position: absolute;
    border-bottom: 1px solid var(--line);
    contain: layout style;
  }
  .line > * {
    overflow: hidden;
    text-overflow: ellipsis;
    padding: 3px;
  }
  .name {
    position: sticky;
    inset-inline-start: 0;
    z-index: 1;
    background: var(--card-background-color, #fff);
    align-self: stretch;
    align-items: flex-start;
    display: flex;
    flex-direction: column;
    justify-content: center;
  }
  .head .name {
    flex-direction: row;
    align-items: center;
    justify-content: flex-start;
    gap: 12px;
  }
  .name a {
    max-width: 100%;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .head button {
    border: 0;
    padding: 0;
    background: none;
    color: var(--muted);
    font-weight: 500;
  }
  .line > [role="columnheader"] {
    display: flex;
    gap: 12px;
  }
  .head .scope {
    color: var(--muted);
    font-weight: 500;
  }
  .empty {
    padding: 24px;
  }
  .legend {
    margin: 0;
    font-size: 13px;
  }
  .scope select {
    width: 100%;
    padding: 2px 4px;
    border-inline-start: 5px solid var(--state, var(--muted));
  }
  .scope select.said {
    font-weight: 600;
  }
  .scope select.not_enforceable {
    border-style: dashed;
    color: var(--muted);
  }
  @media (max-width: 700px) {
    .line {
      grid-template-columns: 26px 124px 122px repeat(7, 98px);
    }
    .matrix .profile {
      display: none;
    }
    .legend {
      display: none;
    }
  }
`;
