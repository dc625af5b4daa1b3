// While the film is taken from another place, the last picture stands still instead of black.

/** Draw what is shown now over the video, until the next picture is there. */
export function hold(video) {
  const { videoWidth: width, videoHeight: height } = video;
  if (!width || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
  const still = Object.assign(document.createElement('canvas'), { width, height });
  still.getContext('2d').drawImage(video, 0, 0, width, height);
  video.style.background = `center / contain no-repeat url("${still.toDataURL('image/webp', 0.8)}")`;
  const away = new AbortController();
  const done = () => {
    video.style.background = '';
    away.abort();
  };
  for (const name of ['playing', 'seeked', 'error']) video.addEventListener(name, done, { signal: away.signal });
}
