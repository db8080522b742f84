/**
 * The id of one operation's text, typed by what it returns and takes. The text itself is at the server: ids come from `generated/documents`, and the release of an app
 * lists those that it sends.
 */
export type Document<Data, Variables> = string & { readonly __data?: Data; readonly __variables?: Variables };

/** Left out where the operation takes none, or only such as may be left out. */
export type Args<Variables> = {} extends Variables ? [variables?: Variables] : [variables: Variables];
