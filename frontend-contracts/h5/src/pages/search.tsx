import { SearchDocument, type ProductSort, type SearchQuery } from '@kaituan/client';
import { useEffect, useState } from 'preact/hooks';
import { client, useQuery } from '../api';
import { href, instead } from '../router';
import { Act } from '../ui/button';
import { ProductCard } from '../ui/cards';
import { Icon } from '../ui/icons';
import { Empty, Failed, Skeleton } from '../ui/skeleton';
import { t } from '../words';

const sorts: ProductSort[] = ['RELEVANCE', 'BEST_SELLING', 'PRICE_ASC', 'NEWEST'];

export function Search({ params }: { id: string; params: URLSearchParams }) {
  const query = params.get('q') ?? '';
  const category = params.get('category');
  const sort = (params.get('sort') ?? 'RELEVANCE') as ProductSort;
  const asked = { query: query || null, filter: category ? { categoryId: category } : null, sort };
  const { data, error, reload } = useQuery(SearchDocument, asked, { keep: true });
  const [more, setMore] = useState<SearchQuery['products'][]>([]);
  useEffect(() => setMore([]), [data]);
  const to = (change: Record<string, string>) => instead(href('search', '', { ...Object.fromEntries(params), ...change }));
  const last = more.at(-1) ?? data?.products;
  const nodes = data ? [data.products, ...more].flatMap((page) => page.nodes) : [];
  return (
    <>
      <header class="bar">
        <button class="plain" onClick={() => history.back()} aria-label={t.back}><Icon name="back" size={22} /></button>
        <form role="search" onSubmit={(event) => { event.preventDefault(); to({ q: String(new FormData(event.currentTarget).get('q')).trim() }); }}>
          <input type="search" name="q" defaultValue={query} placeholder={t.searchHint} aria-label={t.search} maxLength={60} autoFocus={!query && !category} autocomplete="off" />
          <button class="primary small">{t.search}</button>
        </form>
      </header>
      <h1 class="hidden">{t.search}</h1>
      <div class="chips sorts" role="group">{sorts.map((each) => <button key={each} aria-pressed={each === sort} onClick={() => to({ sort: each })}>{t.sorts[each as keyof typeof t.sorts]}</button>)}</div>
      {!data && (error ? <Failed error={error} again={reload} /> : <Skeleton />)}
      {data && <p class="count" role="status">{data.products.totalCount !== null && t.found(data.products.totalCount)}</p>}
      {data && !nodes.length && <Empty text={t.empty} href="#/" link={t.goShopping} />}
      <div class="grid">{nodes.map((product) => <ProductCard key={product.id} product={product} />)}</div>
      {last?.pageInfo.hasNextPage && (
        <div class="foot"><Act class="ghost" run={async () => { const { products } = await client.query(SearchDocument, { ...asked, after: last.pageInfo.endCursor }); setMore([...more, products]); }}>{t.more}</Act></div>
      )}
    </>
  );
}
