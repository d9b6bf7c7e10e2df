/** The ABI: one line for each family. Pointers and sizes in, the peak word out. */
export * from "./kernels/activation";
export * from "./kernels/arithmetic";
export * from "./kernels/compare";
export * from "./kernels/elementary";
export * from "./kernels/extreme";
export * from "./kernels/finite";
export * from "./kernels/loss";
export * from "./kernels/matmul";
export * from "./kernels/norm";
export * from "./kernels/optimizer";
export * from "./kernels/reduce";
export * from "./kernels/safe";
export * from "./kernels/scan";
export * from "./kernels/softmax";
export * from "./kernels/stable";
export * from "./kernels/trigonometry";
export { set_strict, take_guarded, take_masked } from "./loops";
export { alloc, free } from "./memory";
