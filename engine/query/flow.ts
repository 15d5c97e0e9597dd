import type { Expr } from '../../grammar/ast.ts';
import type { TypeName } from '../exchange/field.ts';
import type { Ir } from './expression/ir.ts';

/** What is known of the rows between two stages while a query is checked. */
export interface Flow {
	/** Rows are whole exchanges: every field of the catalog is there, and `columns` are what `extend` added. */
	readonly exchanges: boolean;
	readonly columns: readonly FlowColumn[];
	/** Protocols that the exchanges can have; null is all. */
	readonly protocols: readonly string[] | null;
	readonly shape: 'stream' | 'tables';
	/** The stream ends by itself: a file, or after `until` or `head`. */
	readonly bounded: boolean;
	/** A running aggregate that says nothing before the end. */
	readonly collects: boolean;
}

export interface FlowColumn {
	readonly name: string;
	readonly type: TypeName;
	/** How a row gives it: of exchanges an expression, which costs nothing until it is asked for. */
	readonly ir: Ir;
}

/** The columns of a closed schema: values in the order of the names. */
export const closedColumns = (
	columns: readonly { readonly name: string; readonly type: TypeName; readonly node: Expr }[],
): FlowColumn[] =>
	columns.map(({ name, type, node }, index) => ({ name, type, ir: { kind: 'column', type, node, index } }));
