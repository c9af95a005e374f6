package dev.traininghealth.numbers;

/**
 * A writable {@link RunConditions}.
 *
 * @hidden
 */
public final class ConditionsRecord implements RunConditions {
  /** See {@link RunConditions#dataMillis()}. */
  public double dataMillis = Measurement.absent();

  /** See {@link RunConditions#forwardMillis()}. */
  public double forwardMillis = Measurement.absent();

  /** See {@link RunConditions#backwardMillis()}. */
  public double backwardMillis = Measurement.absent();

  /** See {@link RunConditions#updateMillis()}. */
  public double updateMillis = Measurement.absent();

  /** See {@link RunConditions#listenerMillis()}. */
  public double listenerMillis = Measurement.absent();

  /** See {@link RunConditions#readings()}. */
  public long readings;

  /** See {@link RunConditions#collectionMillis()}. */
  public double collectionMillis = Measurement.absent();

  /** See {@link RunConditions#heapBytes()}. */
  public double heapBytes = Measurement.absent();

  /** See {@link RunConditions#maxHeapBytes()}. */
  public double maxHeapBytes = Measurement.absent();

  /** See {@link RunConditions#minNativeBytes()}. */
  public double minNativeBytes = Measurement.absent();

  /** See {@link RunConditions#maxNativeBytes()}. */
  public double maxNativeBytes = Measurement.absent();

  /** See {@link RunConditions#nativeLimitBytes()}. */
  public double nativeLimitBytes = Measurement.absent();

  /** Creates conditions of which nothing is known. */
  public ConditionsRecord() {}

  /**
   * Makes this a copy of others.
   *
   * @param other is only read
   */
  public void copyFrom(RunConditions other) {
    dataMillis = other.dataMillis();
    forwardMillis = other.forwardMillis();
    backwardMillis = other.backwardMillis();
    updateMillis = other.updateMillis();
    listenerMillis = other.listenerMillis();
    readings = other.readings();
    collectionMillis = other.collectionMillis();
    heapBytes = other.heapBytes();
    maxHeapBytes = other.maxHeapBytes();
    minNativeBytes = other.minNativeBytes();
    maxNativeBytes = other.maxNativeBytes();
    nativeLimitBytes = other.nativeLimitBytes();
  }

  @Override
  public double dataMillis() {
    return dataMillis;
  }

  @Override
  public double forwardMillis() {
    return forwardMillis;
  }

  @Override
  public double backwardMillis() {
    return backwardMillis;
  }

  @Override
  public double updateMillis() {
    return updateMillis;
  }

  @Override
  public double listenerMillis() {
    return listenerMillis;
  }

  @Override
  public long readings() {
    return readings;
  }

  @Override
  public double collectionMillis() {
    return collectionMillis;
  }

  @Override
  public double heapBytes() {
    return heapBytes;
  }

  @Override
  public double maxHeapBytes() {
    return maxHeapBytes;
  }

  @Override
  public double minNativeBytes() {
    return minNativeBytes;
  }

  @Override
  public double maxNativeBytes() {
    return maxNativeBytes;
  }

  @Override
  public double nativeLimitBytes() {
    return nativeLimitBytes;
  }
}
