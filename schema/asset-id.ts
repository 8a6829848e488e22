import { v5 as uuidV5 } from 'uuid';

const NAMESPACE = '0a4c8a52-0f0f-5d4e-8b52-8f1f2a8d3c77';

/** Assets have UUID ids that are the same in every installation. */
export function assetIdOf(symbol: string): string {
  return uuidV5(symbol, NAMESPACE);
}
