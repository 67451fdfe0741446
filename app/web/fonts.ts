// The last face of the stack, two weights. A subset is fetched only when a system without a Chinese face needs its letters.
import '@fontsource/noto-sans-sc/400.css'
import '@fontsource/noto-sans-sc/600.css'
