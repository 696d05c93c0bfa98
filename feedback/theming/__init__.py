"""Runs（分析実行）, themes（テーマ）, assignments（割当）, the theme workshop."""
