/** Data on its way to a tensor. */
export { type FromRecordsOptions, type ImputeWith, type Scaling, Table } from "./table.js";
