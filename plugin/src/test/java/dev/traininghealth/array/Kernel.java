package dev.traininghealth.array;

/** The two ways in which arrays are read. */
public enum Kernel {
  BLAS,
  PORTABLE;

  public ArrayBinding binding() {
    return this == BLAS ? ArrayBinding.ofBackend() : ArrayBinding.portable();
  }
}
