import { signedIn } from './lib/shop';

// Signing in asks the shopper for nothing, so it is done at once: prices, shares and groups are then the shopper's own.
App({
  onLaunch({ query }) {
    signedIn(query && (query.t || query.scene));
  },
});
