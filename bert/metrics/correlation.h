#pragma once
#include <span>
#include <vector>

// How near predicted numbers are to the right ones. A NaN among them makes the result NaN.
namespace bertlet::metrics {

double mean_squared_error(std::span<const double> gold, std::span<const double> predicted);
double mean_absolute_error(std::span<const double> gold, std::span<const double> predicted);

// From −1 to 1. Where one of the series is constant, nothing goes with anything: 0.
double pearson(std::span<const double> x, std::span<const double> y);
double spearman(std::span<const double> x, std::span<const double> y);  // Pearson's, of the ranks

std::vector<double> ranks(std::span<const double> values);  // 1, 2, …; equal ones share the mean of their ranks
bool has_nan(std::span<const double> values);

}  // namespace bertlet::metrics
