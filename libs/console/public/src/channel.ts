const phoneWidth = '(max-width: 700px)';

/** Over which kind of device a resident speaks (the codes of 好差评 tell them apart). */
export const publicChannel = (): 'web' | 'mobile' => (matchMedia(phoneWidth).matches ? 'mobile' : 'web');
