package dev.traininghealth.samples.corpus;

import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Small gray images of the ten digits, drawn with a pen that varies every time. Corners move, the
 * digit is turned, slanted, stretched and shifted, the pen is thick or thin, pale or dark, and
 * everything has noise.
 */
public final class DrawnDigits implements ExampleStream {
  /** Pixels on each side. */
  public static final int PIXELS = 16;

  private static final double CORNERS_WANDER = 0.045;
  private static final double TURN = 0.12;
  private static final double SLANT = 0.15;
  private static final double MOVE = 1;
  private static final double NOISE = 0.15;

  /** Corners of each digit's line, x and y alternating, in a box of 1 × 1 with y downwards. */
  private static final double[][] LINES = {
    {.5, 0, .15, .2, .1, .6, .25, .95, .6, 1, .85, .75, .9, .35, .75, .05, .5, 0},
    {.3, .25, .55, 0, .55, 1},
    {.1, .25, .3, 0, .7, 0, .9, .25, .1, 1, .9, 1},
    {.1, .1, .5, 0, .85, .2, .5, .47, .9, .75, .5, 1, .1, .9},
    {.7, 1, .7, 0, .1, .65, .95, .65},
    {.85, 0, .2, 0, .15, .45, .6, .4, .9, .7, .6, 1, .1, .9},
    {.75, 0, .25, .4, .1, .75, .4, 1, .8, .9, .85, .65, .5, .5, .15, .7},
    {.1, 0, .9, 0, .4, 1},
    {.5, .45, .15, .2, .5, 0, .85, .2, .5, .45, .1, .75, .5, 1, .9, .75, .5, .45},
    {.85, .35, .5, .5, .15, .3, .4, 0, .8, .1, .85, .35, .7, 1}
  };

  private final Random random;

  /** Draws from this generator only. */
  public DrawnDigits(Random random) {
    this.random = random;
  }

  @Override
  public DataSet minibatch(int size) {
    float[] pixels = new float[size * PIXELS * PIXELS];
    INDArray labels = Nd4j.zeros(size, CLASSES);
    for (int example = 0; example < size; example++) {
      int digit = random.nextInt(CLASSES);
      draw(corners(LINES[digit]), pixels, example * PIXELS * PIXELS);
      labels.putScalar(example, digit, 1);
    }
    return new DataSet(Nd4j.createFromArray(pixels).reshape(size, PIXELS * PIXELS), labels);
  }

  /** The corners of one image, in pixels. */
  private double[] corners(double[] line) {
    double turn = TURN * random.nextGaussian();
    double slant = SLANT * random.nextGaussian();
    double width = PIXELS * (0.5 + 0.2 * random.nextDouble());
    double height = PIXELS * (0.6 + 0.2 * random.nextDouble());
    double centerX = PIXELS / 2.0 + MOVE * random.nextGaussian();
    double centerY = PIXELS / 2.0 + MOVE * random.nextGaussian();
    double[] corners = new double[line.length];
    for (int i = 0; i < line.length; i += 2) {
      double y = height * (line[i + 1] - 0.5 + CORNERS_WANDER * random.nextGaussian());
      double x = width * (line[i] - 0.5 + CORNERS_WANDER * random.nextGaussian()) - slant * y;
      corners[i] = centerX + x * Math.cos(turn) - y * Math.sin(turn);
      corners[i + 1] = centerY + x * Math.sin(turn) + y * Math.cos(turn);
    }
    return corners;
  }

  private void draw(double[] corners, float[] pixels, int from) {
    double pen = 0.5 + 0.5 * random.nextDouble();
    double ink = 0.6 + 0.4 * random.nextDouble();
    for (int y = 0; y < PIXELS; y++) {
      for (int x = 0; x < PIXELS; x++) {
        double nearest = Double.MAX_VALUE;
        for (int i = 0; i + 3 < corners.length; i += 2) {
          nearest = Math.min(nearest, distance(x + 0.5, y + 0.5, corners, i));
        }
        double covered = Math.max(0, Math.min(1, pen + 0.5 - nearest));
        pixels[from + y * PIXELS + x] = (float) (ink * covered + NOISE * random.nextGaussian());
      }
    }
  }

  /** Distance from a point to the stroke that begins at corner {@code i}. */
  private static double distance(double x, double y, double[] corners, int i) {
    double alongX = corners[i + 2] - corners[i];
    double alongY = corners[i + 3] - corners[i + 1];
    double fromX = x - corners[i];
    double fromY = y - corners[i + 1];
    double length = alongX * alongX + alongY * alongY;
    double share = length == 0 ? 0 : (fromX * alongX + fromY * alongY) / length;
    double on = Math.max(0, Math.min(1, share));
    return Math.hypot(fromX - on * alongX, fromY - on * alongY);
  }
}
