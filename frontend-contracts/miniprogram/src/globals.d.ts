// What build.mjs puts in the place of these names.
declare const PLATFORM: 'wechat' | 'douyin';
declare const CHANNEL: 'WECHAT_MINI_PROGRAM' | 'DOUYIN_MINI_PROGRAM';
declare const SHOP_URL: string;
declare const DEMO_NAME: string;
