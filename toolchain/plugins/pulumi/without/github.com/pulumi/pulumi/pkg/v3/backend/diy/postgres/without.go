// Package postgres is empty: there is no driver for postgres://.
package postgres
