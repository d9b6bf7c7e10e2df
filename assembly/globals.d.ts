/** 1, or 0 in the build without peak words that benches compare with (asconfig.json, `use`). */
declare const GUARD: i32;
