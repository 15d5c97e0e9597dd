import type { Expr } from '../../grammar/ast.ts';
import type { Type } from '../exchange/type.ts';
import type { Ir } from './expression/ir.ts';

/** What is known of the rows between two stages while a query is checked. */
export interface Flow {
	/** Rows are whole exchanges: every field of the catalog is there, and `columns` are what `extend` added. */
	readonly exchanges: boolean;
	readonly columns: readonly FlowColumn[];
	/** Rows that stand side by side in each row, as `join` puts them. */
	readonly nested: readonly NestedRow[];
	/** Protocols that the exchanges can have; null is all. */
	readonly protocols: readonly string[] | null;
	readonly shape: 'stream' | 'tables';
	/** How long the window is of which each table has the rows; absent where they are of none, or no longer those rows. */
	readonly windowNs?: number | undefined;
	/** The stream ends by itself: a file, or after `until` or `head`. */
	readonly bounded: boolean;
	/** A running aggregate that says nothing before the end. */
	readonly collects: boolean;
	/** The stage that keeps all rows of the stream until its end; null where they come when they happen. */
	readonly heldBy: string | null;
	/** Columns and fields that the rows are in the order of: without them a table shows an order and not why. */
	readonly orderedBy?: readonly string[];
}

/** One of the rows that a row holds. */
export interface NestedRow {
	/** What its columns are called by, as in `srv.latency`; null where their bare names mean this one. */
	readonly name: string | null;
	/** Where in the row it is. */
	readonly index: number;
	readonly flow: Flow;
}

export interface FlowColumn {
	readonly name: string;
	readonly type: Type;
	/** Rows were grouped by it. */
	readonly key?: true;
	/** The column of exchanges that a table has no more beside it, because it tells the same. */
	readonly insteadOf?: string;
	/** How a row gives it: of exchanges an expression, which costs nothing until it is asked for. */
	readonly ir: Ir;
}

/** A column whose values rows hold. */
interface ClosedColumn extends Pick<FlowColumn, 'name' | 'type' | 'key'> {
	readonly node: Expr;
}

/** The columns of a closed schema: values in the order of the names. */
export const closedColumns = (columns: readonly ClosedColumn[]): FlowColumn[] =>
	columns.map(({ node, ...column }, index) => ({
		...column,
		ir: { kind: 'column', type: column.type, node, index },
	}));

/** What flows on when rows become values in the order of these columns. */
export const closedFlow = (input: Flow, columns: readonly ClosedColumn[]): Flow => ({
	...input,
	exchanges: false,
	nested: [],
	columns: closedColumns(columns),
});

/** Rows are more than their columns: whole exchanges, or several rows side by side. Columns are added to them lazily. */
export const isWhole = (flow: Flow): boolean => flow.exchanges || flow.nested.length > 0;

/** An expression over one of the rows that a row holds. */
export const nestedIr = ({ index }: NestedRow, value: Ir, node: Expr): Ir => ({
	kind: 'within',
	type: value.type,
	node,
	row: { kind: 'column', type: 'record', node, index },
	value,
});
