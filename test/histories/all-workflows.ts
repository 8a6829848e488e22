/** One bundle for the replay of every kind of history. */
export * from '../../workflows/bundles/feed';
export * from '../../workflows/bundles/orders';
export * from '../../workflows/bundles/platform';
