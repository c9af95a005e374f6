@NullMarked
package dev.traininghealth.ui;

import org.jspecify.annotations.NullMarked;
